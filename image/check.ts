// Checks of a built image that need nothing but its files: `npm run image:check`. They run on any machine, for any
// architecture. A check that fails says the path and the rule.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { alive } from '../scripts/harden.ts';
import type { Arch } from './apt.ts';
import { isElf, needs } from './elf.ts';
import { environment, LINKS, labels, tagOf } from './facts.ts';
import { FIPS_CONFIG, FIPS_OPTIONS, moduleMac } from './fips.ts';
import { sha256 } from './hash.ts';
import { ARCHES, type Lock, lockedFor, readLock } from './lock.ts';
import { type Descriptor, readBlob } from './oci.ts';
import { libraryFolder } from './rootfs.ts';
import type { SpdxDocument } from './sbom.ts';
import { type Entry, readTar } from './tar.ts';
import { VARIANTS, type Variant } from './variants.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const SNAPSHOTS = join(root, 'image/snapshots');

interface Config {
  readonly created: string;
  readonly architecture: string;
  readonly os: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly Labels: Readonly<Record<string, string>> };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
}

/** An image read back from a layout: its configuration and the tree its layers make. */
export interface Image {
  readonly variant: Variant;
  readonly arch: Arch;
  readonly manifest: Manifest;
  readonly config: Config;
  readonly layers: readonly (readonly Entry[])[];
  readonly files: ReadonlyMap<string, Entry>;
}

function json<T>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
}

/** Reads every image of a layout. Each blob is compared with its digest, each layer with its diff id. */
export function readLayout(dir: string, variant: Variant): Image[] {
  const top = json<{ manifests: Descriptor[] }>(readFileSync(join(dir, 'index.json')));
  const tagged = top.manifests.find((m) => m.annotations?.['org.opencontainers.image.ref.name'] === tagOf(variant));
  if (!tagged) throw new Error(`${dir} has no image tagged ${tagOf(variant)}`);
  const index = json<{ manifests: Descriptor[] }>(readBlob(dir, tagged.digest));
  return index.manifests.map((descriptor) => {
    const manifest = json<Manifest>(readBlob(dir, descriptor.digest));
    const config = json<Config>(readBlob(dir, manifest.config.digest));
    const layers = manifest.layers.map((l, i) => {
      const blob = readBlob(dir, l.digest);
      const tar = l.mediaType.endsWith('zstd') ? zstdDecompressSync(blob) : gunzipSync(blob);
      if (`sha256:${sha256(tar)}` !== config.rootfs.diff_ids[i])
        throw new Error(`layer ${i} of ${dir} is not its diff id`);
      return readTar(tar);
    });
    const files = new Map(layers.flat().map((e) => [e.path, e]));
    return { variant, arch: descriptor.platform!.architecture as Arch, manifest, config, layers, files };
  });
}

/** Follows links of the image from `path`; undefined when it leads nowhere. */
export function resolvePath(files: Image['files'], path: string, depth = 0): Entry | undefined {
  if (depth > 20) return undefined;
  const parts = path.split('/').filter(Boolean);
  let at = '';
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === '..') {
      at = at.slice(0, Math.max(at.lastIndexOf('/'), 0));
      continue;
    }
    at = at ? `${at}/${parts[i]}` : parts[i]!;
    const entry = files.get(at);
    if (!entry) return undefined;
    if (entry.type === 'link') {
      const parent = at.slice(0, Math.max(at.lastIndexOf('/'), 0));
      const target = entry.target!.startsWith('/') ? entry.target! : `${parent}/${entry.target}`;
      return resolvePath(files, [target, ...parts.slice(i + 1)].join('/'), depth + 1);
    }
  }
  return files.get(at) ?? (at === '' ? { path: '', type: 'dir', mode: 0o755, uid: 0, gid: 0 } : undefined);
}

type Check = (image: Image, lock: Lock) => Iterable<string>;

function* configuration({ variant, config, arch, manifest, layers }: Image, lock: Lock): Iterable<string> {
  const c = config.config;
  const same = (name: string, is: unknown, should: unknown) =>
    JSON.stringify(is) === JSON.stringify(should)
      ? []
      : [`${name} is ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`];
  yield* same('User', c['User'], variant.user);
  yield* same('Cmd', c['Cmd'], variant.cmd);
  yield* same('Env', c['Env'], environment(variant));
  const created = new Date(lock.date * 1000).toISOString().replace('.000Z', 'Z');
  yield* same('created', config.created, created);
  yield* same('Labels', c.Labels, labels(variant, created, c.Labels['org.opencontainers.image.revision']));
  yield* same('architecture', [config.architecture, config.os], [arch, 'linux']);
  yield* same('number of layers', layers.length, 2);
  for (const never of ['Entrypoint', 'ExposedPorts', 'Volumes', 'WorkingDir']) {
    if (never in c) yield `the configuration has ${never}`;
  }
  if (!/^\d+:\d+$/.test(String(c['User']))) yield 'User is not numeric';
  const size = manifest.layers.reduce((n, l) => n + l.size, 0);
  if (size > variant.budget) yield `${size} bytes compressed, more than ${variant.budget}`;
}

const PROGRAM = 'usr/local/bin/natsbox';
const LIBRARY = /\.so(\.[.\d]+)?$/;

/** In images without a shell nothing but the box can be started; compat has three programs more. */
function* executables({ variant, files }: Image): Iterable<string> {
  const allowed = new Set([PROGRAM]);
  if (variant.recipe === 'full') return;
  if (variant.recipe === 'tools') for (const name of ['bash', 'curl', 'jq']) allowed.add(`usr/bin/${name}`);
  if (variant.recipe === 'tools') allowed.add('entrypoint.sh');
  for (const e of files.values()) {
    if (e.type !== 'file' || !(e.mode & 0o111) || allowed.has(e.path)) continue;
    if (!isElf(e.data!) || !LIBRARY.test(e.path)) yield `${e.path} can be executed`;
  }
}

const INTERPRETERS =
  /^(sh|bash|dash|ash|zsh|ksh|busybox|perl[\d.]*|python[\d.]*|ruby|lua|node|nodejs|bun|bunx|deno|awk|mawk|gawk|sed|apt|apt-get|dpkg|apk|rpm|yum|dnf)$/;

function* interpreters({ variant, files }: Image): Iterable<string> {
  if (variant.recipe === 'full') return;
  for (const e of files.values()) {
    const name = e.path.slice(e.path.lastIndexOf('/') + 1);
    if (e.type === 'dir' || !INTERPRETERS.test(name) || !/(^|\/)s?bin\//.test(e.path)) continue;
    if (variant.recipe === 'tools' && /^(bash|sh)$/.test(name)) continue;
    yield `${e.path} is a shell, an interpreter or a package manager`;
  }
}

function* program({ variant, files, arch }: Image): Iterable<string> {
  const box = files.get(PROGRAM);
  if (box?.type !== 'file' || box.mode !== 0o755) return yield `${PROGRAM} is missing or not executable`;
  for (const link of LINKS) {
    if (files.get(`usr/local/bin/${link}`)?.target !== 'natsbox') yield `usr/local/bin/${link} is no link to natsbox`;
  }
  if (variant.program === 'bun') {
    const live = alive(box.data!);
    for (const name of live.names) yield `the executable listens to ${name}`;
    if (live.engine) yield 'the executable takes engine options from the environment';
    return;
  }
  const text = Buffer.from(box.data!.buffer, box.data!.byteOffset, box.data!.length);
  for (const option of FIPS_OPTIONS) {
    if (text.lastIndexOf(option) === -1) yield `the executable lacks the baked option ${option}`;
  }
  const provider = files.get(`${libraryFolder(arch)}/ossl-modules/fips.so`)?.data;
  const module = files.get('etc/ssl/fips/fipsmodule.cnf')?.data;
  if (!provider || !module || !files.get(FIPS_CONFIG)) return yield 'the FIPS provider or its configuration is missing';
  if (!Buffer.from(module).includes(moduleMac(provider))) yield 'fipsmodule.cnf names another provider file';
}

function* rights({ files, variant }: Image): Iterable<string> {
  for (const e of files.values()) {
    if (e.type === 'link') continue;
    if (e.mode & 0o6000) yield `${e.path} is setuid or setgid`;
    if (e.mode & 0o002 && !(e.type === 'dir' && e.mode & 0o1000 && /^(var\/)?tmp$/.test(e.path))) {
      yield `${e.path} can be written by everyone`;
    }
    if (variant.recipe !== 'full' && e.type === 'file' && e.uid !== 0) yield `${e.path} does not belong to root`;
  }
  const nsc = files.get('nsc');
  if (nsc?.mode !== 0o775 || nsc.uid !== 65532 || nsc.gid !== 0) yield 'nsc is not 65532:0 with mode 0775';
}

const SEED = /(?<![A-Z2-7])S[ANOUCX][A-Z2-7]{56}(?![A-Z2-7])/;

function* secrets({ files }: Image): Iterable<string> {
  for (const e of files.values()) {
    if (e.type !== 'file' || isElf(e.data!)) continue;
    const text = Buffer.from(e.data!).toString('latin1');
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) yield `${e.path} holds a private key`;
    if (SEED.test(text)) yield `${e.path} holds an nkey seed`;
  }
}

function* libraries({ files, arch }: Image): Iterable<string> {
  const folders = [libraryFolder(arch), 'usr/lib', 'usr/lib64'];
  for (const e of files.values()) {
    if (e.type !== 'file' || !isElf(e.data!)) continue;
    const { loader, libraries: names } = needs(e.data!);
    if (loader && !resolvePath(files, loader)) yield `${e.path} needs the loader ${loader}`;
    const own = e.path.slice(0, e.path.lastIndexOf('/'));
    for (const name of names) {
      if (![...folders, own].some((f) => resolvePath(files, `${f}/${name}`))) yield `${e.path} needs ${name}`;
    }
  }
}

function* paths({ files }: Image): Iterable<string> {
  // Where the image was built must not be in it: neither this checkout nor a home folder.
  const here = root.replace(/\/$/, '');
  const home = process.env['HOME'] ?? '';
  const needles = [here, home.length > 6 ? home : here];
  for (const e of files.values()) {
    if (e.type !== 'file') continue;
    const bytes = Buffer.from(e.data!.buffer, e.data!.byteOffset, e.data!.length);
    for (const needle of new Set(needles)) if (bytes.includes(needle)) yield `${e.path} holds the build path ${needle}`;
  }
}

function* links({ files }: Image): Iterable<string> {
  for (const e of files.values()) {
    if (e.type !== 'link' || /^(proc|dev)\//.test(e.path) || /^\/proc\//.test(e.target!)) continue;
    if (!resolvePath(files, e.path)) yield `${e.path} leads nowhere (${e.target})`;
  }
}

function* bills({ files, variant }: Image): Iterable<string> {
  const listed = new Map<string, string>();
  for (const name of ['base', 'natsbox']) {
    const data = files.get(`opt/natsbox/sbom/${name}.spdx.json`)?.data;
    if (!data) return yield `the bill of materials ${name}.spdx.json is missing`;
    for (const f of json<SpdxDocument>(data).files) {
      const sum = f.checksums.find((c) => c.algorithm === 'SHA256')?.checksumValue;
      listed.set(f.fileName.slice(2), sum ?? '');
    }
  }
  for (const e of files.values()) {
    if (e.type !== 'file' || e.path.startsWith('opt/natsbox/sbom/')) continue;
    const sum = listed.get(e.path);
    if (sum === undefined) yield `${e.path} is in no bill of materials`;
    else if (sum !== sha256(e.data!)) yield `${e.path} is not the file the bill of materials lists`;
    listed.delete(e.path);
  }
  for (const path of listed.keys()) yield `the bill of materials lists ${path}, which is not there`;
  if (!files.get('usr/share/doc/libc6/copyright') && variant.recipe !== 'full') yield 'copyright files are missing';
}

function* records({ files, variant, arch }: Image, lock: Lock): Iterable<string> {
  const status = Buffer.from(files.get('var/lib/dpkg/status')?.data ?? '').toString('utf8');
  for (const p of lockedFor(lock, variant, arch)) {
    const record =
      variant.recipe === 'full'
        ? status
        : String(Buffer.from(files.get(`var/lib/dpkg/status.d/${p.name}`)?.data ?? ''));
    const own = record.split('\n\n').find((r) => r.startsWith(`Package: ${p.name}\n`));
    if (!own?.includes(`\nVersion: ${p.version}\n`)) yield `scanners would not see ${p.name} ${p.version}`;
  }
}

/** Paths that follow from the lock and would only make noise in a file list. */
const FROM_LOCK = /^(usr\/share\/(zoneinfo|doc)|var\/lib\/dpkg\/status\.d)\//;

/** One line per path, without those that follow from the lock. */
export function listing({ files }: Image): string {
  const lines = [...files.values()]
    .filter((e) => !FROM_LOCK.test(e.path))
    .map(
      (e) =>
        `${e.type} ${e.mode.toString(8).padStart(4, '0')} ${e.uid}:${e.gid} /${e.path}${e.target ? ` -> ${e.target}` : ''}`,
    );
  return `${lines.sort().join('\n')}\n`;
}

function* snapshot(image: Image): Iterable<string> {
  if (image.variant.recipe === 'full') return;
  const file = join(SNAPSHOTS, `${image.variant.name}-${image.arch}.txt`);
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const now = listing(image);
  if (known === now) return;
  const before = new Set(known.split('\n'));
  const after = new Set(now.split('\n'));
  for (const line of after) if (!before.has(line)) yield `not in the snapshot: ${line}`;
  for (const line of before) if (!after.has(line)) yield `only in the snapshot: ${line}`;
}

const CHECKS: Readonly<Record<string, Check>> = {
  configuration,
  executables,
  interpreters,
  program,
  rights,
  secrets,
  libraries,
  paths,
  links,
  bills,
  records,
  snapshot,
};

/** Runs every check (or those named) on an image; returns what is wrong, each with the name of its check. */
export function checkImage(image: Image, lock: Lock, only?: readonly string[]): string[] {
  const wrong: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    if (only && !only.includes(name)) continue;
    for (const what of check(image, lock)) wrong.push(`${name}: ${what}`);
  }
  return wrong;
}

/** Writes the file list snapshots anew. */
export function updateSnapshot(image: Image): void {
  if (image.variant.recipe === 'full') return;
  mkdirSync(SNAPSHOTS, { recursive: true });
  writeFileSync(join(SNAPSHOTS, `${image.variant.name}-${image.arch}.txt`), listing(image));
}

function main(args: readonly string[]): number {
  const lock = readLock();
  const update = args.includes('--update');
  const folder = args.find((a) => !a.startsWith('--')) ?? join(root, 'dist/image');
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const variants = VARIANTS.filter((v) => there.includes(v.name));
  if (variants.length === 0) throw new Error(`no images in ${folder}; run "npm run image" first`);
  let bad = 0;
  for (const v of variants) {
    for (const image of readLayout(join(folder, v.name), v)) {
      if (!ARCHES.includes(image.arch)) throw new Error(`unexpected architecture ${image.arch}`);
      if (update) updateSnapshot(image);
      const wrong = checkImage(image, lock);
      bad += wrong.length;
      const many = `${image.files.size} paths, ${Object.keys(CHECKS).length} checks`;
      process.stdout.write(
        `${v.name} ${image.arch}: ${many}, ${wrong.length ? `${wrong.length} wrong` : 'all right'}\n`,
      );
      for (const w of wrong.slice(0, 50)) process.stdout.write(`  ${w}\n`);
    }
  }
  return bad ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exit(main(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`image:check: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
