// `npm run dist`: everything people install without containers - archives per platform, npm packages, a formula - with
// bills of materials, checksums and a statement of provenance, in dist/release. The same sources give the same bytes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gitRevision } from '../image/build.ts';
import { boxVersion } from '../image/facts.ts';
import { sha256 } from '../image/hash.ts';
import { readLock } from '../image/lock.ts';
import { gzipOf } from '../image/oci.ts';
import { envelope, type Material, statement } from '../image/provenance.ts';
import { boxComponent, npmComponents, runtimeComponents, spdx } from '../image/sbom.ts';
import { writeTar } from '../image/tar.ts';
import { bunPath } from '../scripts/bun.mjs';
import { alive } from '../scripts/harden.ts';
import { compileBox, locked, originalRuntime, TARGETS, type Target, target } from '../scripts/targets.ts';
import { release } from './contents.ts';
import { formula, type Packed } from './formula.ts';
import { mainTree, platformPackage, platformTree } from './npm.ts';
import { writeZip } from './zip.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Level of compression: 14 archives are made, and higher ones take two to four times as long for 2 percent. */
const LEVEL = 9;

/** What a caller decides about a release. */
export interface DistOptions {
  readonly targets: readonly Target[];
  readonly out: string;
  /** Address of the folder the archives will be in; a file address of `out` when left out. */
  readonly base?: string;
  /** File with an nkey seed that signs the statement of provenance. */
  readonly signWith?: string;
  /** Gives the executable of a target; compiles it when left out. */
  readonly program?: (t: Target) => Uint8Array;
  /** Gives the digest of a target's runtime; fetches the runtime (40 MB) when left out. */
  readonly runtime?: (t: Target) => string;
  /** Level of compression, for tests that have no time. */
  readonly level?: 1;
  readonly log?: (line: string) => void;
}

function compileFor(t: Target): Uint8Array {
  const out = join(root, '.cache/dist', t.name, t.os === 'win32' ? 'natsbox.exe' : 'natsbox');
  mkdirSync(join(out, '..'), { recursive: true });
  rmSync(out, { force: true });
  compileBox(t, out);
  const program = readFileSync(out);
  // Most of these programs cannot be run on the machine that makes them; what they would listen to can be read.
  const { names, engine } = alive(program);
  if (names.length > 0 || engine) throw new Error(`the executable for ${t.name} is not hardened: ${names.join(', ')}`);
  return program;
}

/** Parts of a target's executable, for its bill of materials. */
function components(t: Target, digest: string) {
  const pack = { name: t.runtime, version: locked(t.runtime).version };
  const runtime = runtimeComponents('bun', bunPath(), pack, digest);
  return [boxComponent(), ...npmComponents(), ...runtime];
}

function nodeModules(): string {
  // A folder of its own: dist/node may be in use.
  const out = join(root, '.cache/dist', `node-${process.pid}`);
  const r = spawnSync(bunPath(), ['scripts/build.ts', '--node', out], { cwd: root, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`the build for Node failed: ${r.stderr || r.stdout}`);
  return out;
}

/** Builds the release; returns the names of its files with their digests. */
export async function buildRelease(options: DistOptions): Promise<ReadonlyMap<string, string>> {
  const { out, level = LEVEL } = options;
  const version = boxVersion();
  const time = readLock().date;
  const created = new Date(time * 1000).toISOString().replace('.000Z', 'Z');
  const made = new Map<string, string>();
  const write = (file: string, bytes: Uint8Array): string => {
    writeFileSync(join(out, file), bytes);
    const digest = sha256(bytes);
    made.set(file, digest);
    options.log?.(`${file}  ${(bytes.length / 1e6).toFixed(2)} MB`);
    return digest;
  };
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const packed: Packed[] = [];
  const materials = new Map<string, Material>();
  for (const t of options.targets) {
    const program = options.program?.(t) ?? compileFor(t);
    const name = `natsbox-${version}-${t.name}`;
    const tree = await release(t, program, name);
    const files = tree.entries().filter((e) => e.type === 'file');
    const parts = components(t, options.runtime?.(t) ?? sha256(readFileSync(originalRuntime(t))));
    const bill = spdx(
      name,
      created,
      parts,
      files.map((entry) => ({ entry, owner: 'natsbox' })),
    );
    for (const c of parts) if (c.purl && c.sha256) materials.set(c.purl, { uri: c.purl, digest: { sha256: c.sha256 } });
    tree.file(`${name}/share/doc/natsbox/sbom.spdx.json`, bill, 'natsbox');
    write(`${name}.spdx.json`, bill);
    const all = tree.entries();
    const file = `${name}.${t.os === 'win32' ? 'zip' : 'tar.gz'}`;
    const digest = write(file, t.os === 'win32' ? writeZip(all) : gzipOf(writeTar(all, time), level));
    packed.push({ target: t, file, sha256: digest });
    write(`${platformPackage(t)}-${version}.tgz`, gzipOf(writeTar(platformTree(t, program).entries(), time), level));
  }
  const modules = nodeModules();
  write(`natsbox-${version}.tgz`, gzipOf(writeTar((await mainTree(join(modules, 'lib'))).entries(), time), level));
  rmSync(modules, { recursive: true });
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { description: string };
  const base = (options.base ?? pathToFileURL(out).href).replace(/\/$/, '');
  write('natsbox.rb', new TextEncoder().encode(formula(packed, base, description)));
  write('provenance.intoto.json', provenance(options, made, [...materials.values()]));
  const sums = [...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, digest]) => `${digest}  ${file}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
  return made;
}

function provenance(
  options: DistOptions,
  made: ReadonlyMap<string, string>,
  runtimes: readonly Material[],
): Uint8Array {
  const revision = gitRevision();
  const own = ['package-lock.json', 'package.json'].map((path) => ({
    uri: `file:${path}`,
    digest: { sha256: sha256(readFileSync(join(root, path))) },
  }));
  const materials = [...(revision ? [{ uri: 'git', digest: { gitCommit: revision } }] : []), ...own, ...runtimes];
  const subjects = [...made].map(([name, digest]) => ({ name, sha256: digest }));
  const payload = statement(subjects, { targets: options.targets.map((t) => t.name) }, materials);
  const nk = join(root, 'dist/bin/nk');
  if (options.signWith && !existsSync(nk)) throw new Error('signing needs dist/bin/nk; run "npm run build" first');
  return envelope(payload, options.signWith, nk);
}

const USAGE = `usage: npm run dist -- [target...] [--out DIR] [--base-url URL] [--sign-with SEEDFILE]
targets: ${TARGETS.map((t) => t.name).join(', ')}
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(root, 'dist/release') },
      'base-url': { type: 'string' },
      'sign-with': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const out = resolve(values.out);
  const made = await buildRelease({
    targets: positionals.length ? positionals.map(target) : TARGETS,
    out,
    ...(values['base-url'] ? { base: values['base-url'] } : {}),
    ...(values['sign-with'] ? { signWith: values['sign-with'] } : {}),
    log: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${out}: ${made.size} files, and SHA256SUMS\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`dist: ${(error as Error).message}\n`);
    process.exit(1);
  }
}
