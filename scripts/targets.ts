// The platforms natsbox is shipped for, and the compilation of one program for one of them.
// Each target is compiled from a hardened and trimmed copy of its own Bun runtime, which comes as an npm package pinned in
// package-lock.json: whatever machine compiles, the same sources give the same bytes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bunPath } from './bun.mjs';
import { calm } from './calm.ts';
import { harden } from './harden.ts';
import { packedSources } from './pack.ts';
import { shrink } from './shrink.ts';
import { sign } from './sign.ts';
import { trim } from './trim.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** One platform: our name of it, Bun's name of the target, the npm package with the runtime, and npm's own three words. */
export interface Target {
  readonly name: string;
  readonly bun: string;
  readonly runtime: string;
  readonly os: 'linux' | 'darwin' | 'win32';
  readonly cpu: 'x64' | 'arm64';
  readonly libc?: 'glibc' | 'musl';
}

/** Every platform, in the order of the release page. */
export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', bun: 'bun-linux-x64', runtime: '@oven/bun-linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' },
  {
    name: 'linux-arm64',
    bun: 'bun-linux-arm64',
    runtime: '@oven/bun-linux-aarch64',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
  },
  {
    name: 'linux-x64-musl',
    bun: 'bun-linux-x64-musl',
    runtime: '@oven/bun-linux-x64-musl',
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
  },
  {
    name: 'linux-arm64-musl',
    bun: 'bun-linux-arm64-musl',
    runtime: '@oven/bun-linux-aarch64-musl',
    os: 'linux',
    cpu: 'arm64',
    libc: 'musl',
  },
  { name: 'darwin-arm64', bun: 'bun-darwin-arm64', runtime: '@oven/bun-darwin-aarch64', os: 'darwin', cpu: 'arm64' },
  { name: 'darwin-x64', bun: 'bun-darwin-x64', runtime: '@oven/bun-darwin-x64', os: 'darwin', cpu: 'x64' },
  { name: 'windows-x64', bun: 'bun-windows-x64', runtime: '@oven/bun-windows-x64', os: 'win32', cpu: 'x64' },
];

/** The target of that name; throws with the names there are. */
export function target(name: string): Target {
  const found = TARGETS.find((t) => t.name === name);
  if (!found) throw new Error(`no target "${name}"; there are ${TARGETS.map((t) => t.name).join(', ')}`);
  return found;
}

/** The target this machine runs; throws where there is none. */
export function hostTarget(): Target {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const musl = process.platform === 'linux' && !report.header.glibcVersionRuntime;
  const found = TARGETS.find(
    (t) => t.os === process.platform && t.cpu === process.arch && (t.libc ?? 'glibc') === (musl ? 'musl' : 'glibc'),
  );
  if (!found) throw new Error(`natsbox is not built for ${process.platform}-${process.arch}`);
  return found;
}

interface Locked {
  readonly version: string;
  readonly integrity?: string;
}

/** What package-lock.json says about an npm package. */
export function locked(name: string): Locked {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const found = lock.packages[`node_modules/${name}`];
  if (!found) throw new Error(`package-lock.json does not know ${name}`);
  return found;
}

/**
 * The file `path` of an npm package at a pinned version, kept under .cache/npm. The packed file is fetched by npm and
 * compared with `integrity` (the form of package-lock.json) when that is given.
 */
export function fromNpm(name: string, version: string, integrity: string | undefined, path: string): string {
  const folder = join(root, '.cache/npm', `${name.replace('/', '+')}@${version}`);
  const file = join(folder, 'package', path);
  if (existsSync(file)) return file;
  const part = `${folder}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  const windows = process.platform === 'win32';
  const npm = spawnSync('npm', ['pack', '--silent', `${name}@${version}`], {
    cwd: part,
    encoding: 'utf8',
    shell: windows,
  });
  const packed = join(part, npm.stdout?.trim().split('\n').at(-1) ?? '');
  if (npm.status !== 0 || !packed.endsWith('.tgz')) {
    throw new Error(`npm pack ${name}@${version} failed: ${(npm.stderr || npm.stdout || String(npm.error)).trim()}`);
  }
  const bytes = readFileSync(packed);
  const is = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (integrity && is !== integrity)
    throw new Error(`${name}@${version}: the packed file is not the one the lock names`);
  const tar = spawnSync('tar', ['-xzf', packed], { cwd: part, encoding: 'utf8' });
  if (tar.status !== 0) throw new Error(`cannot unpack ${name}@${version}: ${tar.stderr}`);
  rmSync(packed);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  if (!existsSync(file)) throw new Error(`${name}@${version} holds no ${path}`);
  return file;
}

/** The Bun runtime of a target as its npm package has it. */
export function originalRuntime(t: Target): string {
  const { version, integrity } = locked(t.runtime);
  const exe = t.os === 'win32' ? 'bin/bun.exe' : 'bin/bun';
  const installed = join(root, 'node_modules', t.runtime, exe);
  return existsSync(installed) ? installed : fromNpm(t.runtime, version, integrity, exe);
}

/** The runtime of a target, hardened, trimmed and calmed, kept under .cache/runtime by the digest of these steps. */
export function preparedRuntime(t: Target): string {
  const steps = createHash('sha256');
  for (const step of ['harden', 'trim', 'calm']) steps.update(readFileSync(join(root, `scripts/${step}.ts`)));
  const kept = join(root, '.cache/runtime');
  const folder = join(kept, `${t.name}@${locked(t.runtime).version}-${steps.digest('hex').slice(0, 12)}`);
  const file = join(folder, t.os === 'win32' ? 'bun.exe' : 'bun');
  if (existsSync(file)) return file;
  const from = originalRuntime(t);
  for (const old of existsSync(kept) ? readdirSync(kept) : []) {
    if (old.startsWith(`${t.name}@`)) rmSync(join(kept, old), { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  const part = `${file}.${process.pid}`;
  copyFileSync(from, part);
  harden(part);
  trim(part);
  calm(part);
  renameSync(part, file);
  return file;
}

/** How a shipped executable is compiled, beside its target. The two no-autoload flags are security, not taste. */
export const COMPILE_FLAGS: readonly string[] = [
  '--compile',
  '--minify',
  '--bytecode',
  '--splitting',
  '--format=esm',
  '--compile-jit-policy=10',
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
];

/** What common commands use of the box, for the compiler to lay it together: start-order.ts records it. */
export const ORDER = join(root, 'scripts/start.order');

/**
 * Compiles `entries` (the first is the program, the others are its workers) for a target into `outfile`. The name of
 * the file becomes part of its bytes, so reproducible builds give it the same name in different folders.
 */
export function compile(
  t: Target,
  entries: readonly string[],
  outfile: string,
  cwd: string = root,
  more: readonly string[] = [],
): void {
  const flags = [...COMPILE_FLAGS, ...more, `--target=${t.bun}`, `--compile-executable-path=${preparedRuntime(t)}`];
  const r = spawnSync(bunPath(), ['build', ...flags, ...entries, `--outfile=${outfile}`], { cwd, encoding: 'utf8' });
  if (r.status !== 0)
    throw new Error(`bun build for ${t.name} failed: ${(r.stderr || r.stdout || String(r.error)).trim()}`);
  if (t.os === 'darwin') sign(outfile);
  else shrink(outfile);
}

let packed: string | undefined;

/** Compiles the box itself for a target into `outfile`. */
export function compileBox(t: Target, outfile: string): void {
  packed ??= packedSources(entries());
  compile(t, entries(), outfile, packed, [`--bytecode-order=${ORDER}`]);
}

/** What is compiled: the program, then the files it starts as workers. */
export function entries(): string[] {
  const workers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) =>
    f.endsWith('.worker.ts'),
  );
  return ['src/main.ts', ...workers.sort().map((f) => `src/${f.replaceAll('\\', '/')}`)];
}

/** What programs may import of the package, and the source behind it: `./client` and `src/client/index.ts`. */
export function doors(): ReadonlyMap<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  return new Map(Object.entries(exports).map(([name, path]) => [name, path.replace(/^\.\//, '')]));
}
