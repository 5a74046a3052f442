// Builds dist/bin: one multi-call executable with links for every tool, or (--node [FOLDER]) split modules for Node.
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bunPath } from './bun.mjs';
import { compileBox, doors, entries, hostTarget } from './targets.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const links = ['nats', 'nsc', 'nk', 'nats-top'];

async function run(argv: string[]): Promise<void> {
  const child = Bun.spawn(argv, { cwd: root, stdout: 'pipe', stderr: 'pipe' });
  const [out, err, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (status !== 0) {
    process.stderr.write(out + err);
    process.exit(status);
  }
}

function buildBinary(): void {
  const bin = `${root}dist/bin`;
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  const host = hostTarget();
  const exe = host.os === 'win32' ? '.exe' : '';
  compileBox(host, `${bin}/natsbox${exe}`);
  for (const link of links) {
    if (exe) linkSync(`${bin}/natsbox.exe`, `${bin}/${link}.exe`);
    else symlinkSync('natsbox', `${bin}/${link}`);
  }
}

async function buildNode(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  await run([
    bunPath(),
    'build',
    '--target=node',
    '--minify-syntax',
    '--minify-whitespace',
    '--splitting',
    '--format=esm',
    ...entries(),
    ...doors().values(),
    `--outdir=${out}/lib`,
    '--root=src',
  ]);
  for (const name of ['natsbox', ...links]) {
    const path = `${out}/${name}`;
    writeFileSync(path, "#!/usr/bin/env node\nimport './lib/main.js';\n");
    chmodSync(path, 0o755);
  }
  writeFileSync(`${out}/package.json`, '{ "type": "module" }\n');
}

if (process.argv.includes('--node')) await buildNode(process.argv[3] ?? `${root}dist/node`);
else buildBinary();
