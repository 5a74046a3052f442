// Runs the pinned Bun that npm installed as a platform package, whatever Node started us.
// The `bun` npm package is not used because it needs an install script; the platform packages carry the executable.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function bunPath() {
  const cpu = process.arch === 'arm64' ? 'aarch64' : 'x64';
  const root = fileURLToPath(new URL('../node_modules/@oven/', import.meta.url));
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? '-musl' : '';
  const exe = `${root}bun-${os}-${cpu}${musl}/bin/bun${os === 'windows' ? '.exe' : ''}`;
  if (!existsSync(exe)) {
    const have = existsSync(root) ? readdirSync(root).join(', ') : 'none';
    throw new Error(`no Bun for ${os}-${cpu}${musl} under node_modules/@oven (found: ${have}); run "npm ci" first`);
  }
  return exe;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = spawnSync(bunPath(), process.argv.slice(2), { stdio: 'inherit' });
  process.exit(result.status ?? 1);
}
