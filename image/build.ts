// Builds images: `npm run image -- [variant...]`. No daemon, no root, no network beyond packages that are not cached yet.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bunPath } from '../scripts/bun.mjs';
import { compileBox, locked, originalRuntime, target } from '../scripts/targets.ts';
import { application, comment } from './app.ts';
import { type Arch, fetchPackage, type LockedPackage } from './apt.ts';
import { type Deb, readDeb } from './deb.ts';
import { boxVersion, environment, labels, tagOf } from './facts.ts';
import { addFips, fipsBundle, fipsProgram, nodeExecutable, nodePackage } from './fips.ts';
import { sha256 } from './hash.ts';
import { ARCHES, type Lock, lockedFor, readLock } from './lock.ts';
import { createLayout, type Descriptor, dockerArchive, type ImageFacts, type Layer, makeLayer } from './oci.ts';
import { envelope, type Material, statement } from './provenance.ts';
import { rootfs } from './rootfs.ts';
import {
  BASE,
  boxComponent,
  type Component,
  cpuOf,
  debianComponent,
  npmComponents,
  type OwnedFile,
  runtimeComponents,
  spdx,
} from './sbom.ts';
import type { Tree } from './tree.ts';
import { VARIANTS, type Variant, variant } from './variants.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const DEBS = join(root, '.cache/image/debs');
const LAYERS = join(root, '.cache/image/layers');

/** Where documents about an image live inside it. */
export const SBOM_FOLDER = 'opt/natsbox/sbom';

/** What a caller decides about a build. */
export interface BuildOptions {
  readonly variants: readonly Variant[];
  readonly arches: readonly Arch[];
  /** Folder that gets one OCI layout per variant. */
  readonly out: string;
  readonly zstd?: boolean;
  /** Also write `natsbox-<tag>-<arch>.tar` for `docker load`. */
  readonly dockerArchive?: boolean;
  /** Executables to pack instead of compiling the sources, by architecture. */
  readonly programs?: Readonly<Partial<Record<Arch, string>>>;
  /** Source revision for the labels; the git commit when left out, nothing when empty. */
  readonly revision?: string;
  /** File with an nkey seed that signs the provenance. */
  readonly signWith?: string;
  readonly log?: (line: string) => void;
}

/** What was built: one per variant. */
export interface BuiltImage {
  readonly variant: string;
  readonly tag: string;
  readonly layout: string;
  /** Digest of the image index, which stands for all architectures. */
  readonly digest: string;
  readonly images: readonly { arch: Arch; digest: string; diffIds: readonly string[]; bytes: number }[];
}

interface Program {
  readonly bytes: Uint8Array;
  readonly components: readonly Component[];
}

function compileForArch(arch: Arch): Uint8Array {
  const out = join(root, '.cache/image/program', arch, 'natsbox');
  mkdirSync(join(out, '..'), { recursive: true });
  rmSync(out, { force: true });
  compileBox(target(`linux-${cpuOf(arch)}`), out);
  return readFileSync(out);
}

/** The executable of a variant and what is compiled into it. Compiles each kind once per run. */
function programs(options: BuildOptions): (v: Variant, arch: Arch) => Program {
  const made = new Map<string, Program>();
  let bundle: Uint8Array | undefined;
  return (v, arch) => {
    const key = `${v.program} ${arch}`;
    const before = made.get(key);
    if (before) return before;
    const given = options.programs?.[arch];
    let program: Program;
    if (v.program === 'fips') {
      bundle ??= fipsBundle();
      const host = nodeExecutable(process.arch === 'arm64' ? 'arm64' : 'amd64');
      const digest = sha256(readFileSync(nodeExecutable(arch)));
      const components = runtimeComponents('node', host, nodePackage(arch), digest);
      program = { bytes: fipsProgram(arch, bundle), components };
    } else {
      const t = target(`linux-${cpuOf(arch)}`);
      const pack = { name: t.runtime, version: locked(t.runtime).version };
      const digest = sha256(readFileSync(originalRuntime(t)));
      const components = runtimeComponents('bun', bunPath(), pack, digest);
      program = { bytes: given ? readFileSync(given) : compileForArch(arch), components };
    }
    made.set(key, program);
    return program;
  };
}

function owned(tree: Tree): OwnedFile[] {
  return tree
    .entries()
    .filter((e) => e.type === 'file')
    .map((entry) => ({ entry, owner: tree.owner(entry.path)! }));
}

interface Built {
  readonly facts: ImageFacts;
  readonly layers: readonly Layer[];
  readonly bill: Uint8Array;
  readonly materials: readonly Material[];
}

function buildOne(v: Variant, arch: Arch, lock: Lock, program: Program, options: BuildOptions): Built {
  const created = new Date(lock.date * 1000).toISOString().replace('.000Z', 'Z');
  const packages = lockedFor(lock, v, arch);
  const debs = packages.map((p): Deb => readDeb(fetchPackage(DEBS, p)));
  const source = (p: LockedPackage) => debs.find((d) => d.name === p.name)?.fields.get('Source') ?? p.name;
  const debian = packages.map((p) => debianComponent(p, source(p)));

  const base = rootfs(v, arch, debs, lock.release);
  if (v.program === 'fips') addFips(base, arch);
  const system = [...debian, BASE];
  const name = `natsbox-${v.name}-${arch}`;
  const baseFiles = owned(base);
  base.file(`${SBOM_FOLDER}/base.spdx.json`, spdx(`${name}-base`, created, system, baseFiles), 'natsbox-base');

  const app = application(v, program.bytes, readFileSync(join(root, 'LICENSE')));
  const parts = [boxComponent(), ...npmComponents(), ...program.components];
  const appFiles = owned(app);
  app.file(`${SBOM_FOLDER}/natsbox.spdx.json`, spdx(`${name}-app`, created, parts, appFiles), 'natsbox');
  app.file(`${SBOM_FOLDER}/vex.json`, readFileSync(join(root, 'image/vex.json')), 'natsbox');

  // Folders that the base layer has already would only repeat their rights in the second one.
  const above = app.entries().filter((e) => e.type !== 'dir' || !base.has(e.path));
  const layers = [
    makeLayer(
      base.entries(),
      lock.date,
      `Debian ${lock.release} packages of ${created}`,
      options.zstd ?? false,
      LAYERS,
    ),
    makeLayer(above, lock.date, comment(), options.zstd ?? false, LAYERS),
  ];
  const facts: ImageFacts = {
    arch,
    created,
    user: v.user,
    cmd: v.cmd,
    env: environment(v),
    labels: labels(v, created, options.revision || undefined),
  };
  return {
    facts,
    layers,
    bill: spdx(name, created, [...system, ...parts], [...baseFiles, ...appFiles]),
    materials: [...debian, ...parts].flatMap((c) =>
      c.purl && c.sha256 ? [{ uri: c.purl, digest: { sha256: c.sha256 } }] : [],
    ),
  };
}

function ownMaterials(revision: string | undefined): Material[] {
  const files = ['image/lock.json', 'package-lock.json', 'package.json'].map((path) => ({
    uri: `file:${path}`,
    digest: { sha256: sha256(readFileSync(join(root, path))) },
  }));
  return [...(revision ? [{ uri: 'git', digest: { gitCommit: revision } }] : []), ...files];
}

function buildVariant(
  v: Variant,
  lock: Lock,
  program: (v: Variant, arch: Arch) => Program,
  options: BuildOptions,
): BuiltImage {
  const layout = join(options.out, v.name);
  const writer = createLayout(layout);
  const tag = tagOf(v);
  const built: { arch: Arch; descriptor: Descriptor; one: Built }[] = [];
  const referrers: Descriptor[] = [];
  for (const arch of options.arches) {
    const one = buildOne(v, arch, lock, program(v, arch), options);
    const descriptor = writer.image(one.facts, one.layers);
    built.push({ arch, descriptor, one });
    referrers.push(writer.referrer(descriptor, 'application/spdx+json', one.bill, one.facts.created));
    if (options.dockerArchive) {
      const file = join(options.out, `natsbox-${tag}-${arch}.tar`);
      writeFileSync(file, dockerArchive(one.facts, one.layers, `natsbox:${tag}`, lock.date));
    }
  }
  const subjects = built.map((b) => ({ name: `natsbox:${tag} linux/${b.arch}`, sha256: b.descriptor.digest.slice(7) }));
  const parameters = {
    variant: v.name,
    platforms: options.arches.map((a) => `linux/${a}`),
    zstd: options.zstd ?? false,
  };
  const seen = new Map(built.flatMap((b) => b.one.materials).map((m) => [m.uri, m]));
  const materials = [...ownMaterials(options.revision), ...seen.values()];
  const nk = join(root, 'dist/bin/nk');
  if (options.signWith && !existsSync(nk)) throw new Error('signing needs dist/bin/nk; run "npm run build" first');
  const signed = envelope(statement(subjects, parameters, materials), options.signWith, nk);
  const vex = readFileSync(join(root, 'image/vex.json'));
  for (const { descriptor, one } of built) {
    referrers.push(writer.referrer(descriptor, 'application/vnd.dsse.envelope.v1+json', signed, one.facts.created));
    referrers.push(writer.referrer(descriptor, 'application/vnd.openvex+json', vex, one.facts.created));
  }
  const digest = writer.finish(
    tag,
    built.map((b) => b.descriptor),
    referrers,
  );
  const images = built.map(({ arch, descriptor, one }) => ({
    arch,
    digest: descriptor.digest,
    diffIds: one.layers.map((l) => l.diffId),
    bytes: one.layers.reduce((n, l) => n + l.blob.length, 0),
  }));
  return { variant: v.name, tag, layout, digest, images };
}

/** The commit the working tree is at; undefined outside git. */
export function gitRevision(): string | undefined {
  const r = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return r.status === 0 ? r.stdout.trim() : undefined;
}

/** Builds the variants and returns their digests. */
export function buildImages(options: BuildOptions): BuiltImage[] {
  const lock = readLock();
  const program = programs(options);
  const revision = options.revision ?? gitRevision() ?? '';
  mkdirSync(options.out, { recursive: true });
  return options.variants.map((v) => {
    const built = buildVariant(v, lock, program, { ...options, revision });
    for (const i of built.images) {
      options.log?.(`${v.name} ${i.arch}: ${(i.bytes / 1e6).toFixed(2)} MB, ${i.digest}`);
      const over = i.bytes > v.budget && !options.programs;
      if (over) throw new Error(`${v.name} ${i.arch} has ${i.bytes} bytes, more than the ${v.budget} it may have`);
    }
    options.log?.(`${v.name}: ${built.layout}, tag ${built.tag}, index ${built.digest}`);
    return built;
  });
}

/** Writes DIR/<kind>/<architecture>/natsbox for both kinds of program. */
function writePrograms(dir: string, arches: readonly Arch[]): void {
  const program = programs({ variants: [], arches, out: dir });
  for (const name of ['runtime', 'fips']) {
    for (const arch of arches) {
      const v = variant(name);
      const file = join(dir, v.program, arch, 'natsbox');
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, program(v, arch).bytes, { mode: 0o755 });
      process.stdout.write(`${file}\n`);
    }
  }
}

const USAGE = `usage: npm run image -- [variant...] [--arch amd64,arm64] [--out DIR] [--zstd] [--docker-archive]
       [--binary ARCH=FILE]... [--revision COMMIT] [--sign-with SEEDFILE]
       npm run image -- --programs DIR    only the executables, as the Containerfiles expect them
variants: ${VARIANTS.map((v) => `${v.name} (${v.description})`).join('\n          ')}
`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      arch: { type: 'string', default: ARCHES.join(',') },
      out: { type: 'string', default: join(root, 'dist/image') },
      zstd: { type: 'boolean', default: false },
      'docker-archive': { type: 'boolean', default: false },
      binary: { type: 'string', multiple: true, default: [] },
      revision: { type: 'string' },
      'sign-with': { type: 'string' },
      programs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const arches = values.arch.split(',').map((a) => {
    if (a !== 'amd64' && a !== 'arm64') throw new Error(`no architecture "${a}"; there are amd64 and arm64`);
    return a;
  });
  const given = Object.fromEntries(values.binary.map((b) => b.split(/=(.*)/s).slice(0, 2))) as Partial<
    Record<Arch, string>
  >;
  if (values.programs) {
    writePrograms(resolve(values.programs), arches);
    return;
  }
  buildImages({
    variants: positionals.length ? positionals.map(variant) : VARIANTS.filter((v) => v.name === 'runtime'),
    arches,
    out: resolve(values.out),
    zstd: values.zstd,
    dockerArchive: values['docker-archive'],
    ...(values.binary.length ? { programs: given } : {}),
    ...(values.revision !== undefined ? { revision: values.revision } : {}),
    ...(values['sign-with'] ? { signWith: values['sign-with'] } : {}),
    log: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`natsbox ${boxVersion()}: done\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`image: ${(error as Error).message}\n`);
    process.exit(1);
  }
}
