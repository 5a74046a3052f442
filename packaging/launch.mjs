// Starts the executable of this platform's package, or the same program on Node where there is none.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const exe = process.platform === 'win32' ? 'natsbox.exe' : 'natsbox';

/** npm installs only the package that fits; old versions install those of both C libraries. */
function packages() {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const plain = `natsbox-${os}-${process.arch}`;
  if (os !== 'linux') return [plain];
  const cpu = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return existsSync(`/lib/ld-musl-${cpu}.so.1`) ? [`${plain}-musl`, plain] : [plain];
}

function executable() {
  const require = createRequire(import.meta.url);
  for (const name of packages()) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), 'bin', exe);
      if (existsSync(path)) return path;
    } catch {}
  }
  return undefined;
}

/** The process becomes the executable where Node can do that; elsewhere it waits for it and ends as it ended. */
function become(path, tool) {
  const args = process.argv.slice(2);
  if (process.execve && process.platform !== 'win32') process.execve(path, [tool, ...args], process.env);
  const child = spawn(path, [tool, ...args], { stdio: 'inherit' });
  const pass = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
  if (process.platform !== 'win32') for (const name of pass) process.on(name, () => child.kill(name));
  // The terminal sends these to the child as well.
  for (const name of ['SIGINT', 'SIGQUIT']) process.on(name, () => {});
  child.on('error', (error) => {
    process.stderr.write(`${tool}: cannot start ${path}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : (status ?? 1)));
}

/** Runs one of the tools with the arguments of this process. */
export async function launch(tool) {
  const path = process.env.NATSBOX_ON_NODE === '1' ? undefined : executable();
  if (path) return become(path, tool);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    process.stderr.write(
      `${tool}: no executable for ${process.platform}-${process.arch} is installed, and without one Node 22.18 or later is needed\n`,
    );
    process.exit(1);
  }
  process.argv[1] = join(here, tool);
  await import('./lib/main.js');
}
