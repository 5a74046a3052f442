// The lock: which Debian packages every image holds, down to the digest. `npm run image:lock` renews it from the
// machine's apt sources (signatures checked by apt); `-- --check` only says what is behind, and fails when a security
// update is among it. Nothing in it names a host, so it means the same on every machine.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Apt, type Arch, apt, type LockedPackage } from './apt.ts';
import { VARIANTS, type Variant } from './variants.ts';

/** Content of image/lock.json. */
export interface Lock {
  readonly release: string;
  /** Date of the release file the lock was made from, in seconds since 1970: the time of every file in the images. */
  readonly date: number;
  /** Names of the packages of each variant, by architecture. */
  readonly sets: Readonly<Record<Arch, Readonly<Record<string, readonly string[]>>>>;
  /** Every package of any variant. Those of architecture "all" stand once. */
  readonly packages: readonly LockedPackage[];
}

/** Debian 13. */
export const RELEASE = 'trixie';
export const ARCHES: readonly Arch[] = ['amd64', 'arm64'];

const root = fileURLToPath(new URL('../', import.meta.url));
const FILE = join(root, 'image/lock.json');

/** Reads image/lock.json. */
export function readLock(file: string = FILE): Lock {
  if (!existsSync(file)) throw new Error('there is no image/lock.json; run "npm run image:lock"');
  return JSON.parse(readFileSync(file, 'utf8')) as Lock;
}

/** The locked packages of a variant for an architecture, by name. */
export function lockedFor(lock: Lock, variant: Variant, arch: Arch): LockedPackage[] {
  const names = lock.sets[arch][variant.name];
  if (!names) throw new Error(`the lock has no packages for ${variant.name} on ${arch}; run "npm run image:lock"`);
  return names.map((name) => {
    const found = lock.packages.find((p) => p.name === name && (p.arch === arch || p.arch === 'all'));
    if (!found) throw new Error(`the lock names ${name} for ${arch} without saying which; run "npm run image:lock"`);
    return found;
  });
}

function resolve(source: Apt, variant: Variant): LockedPackage[] {
  const found = source.resolve(variant.packages, variant.recipe !== 'minimal');
  return found.filter((p) => !variant.without.includes(p.name));
}

/** Asks apt for the current packages of every variant. */
export function currentLock(): Lock {
  const sets = { amd64: {}, arm64: {} } as Record<Arch, Record<string, string[]>>;
  const packages = new Map<string, LockedPackage>();
  let date = 0;
  for (const arch of ARCHES) {
    const source = apt(join(root, '.cache/image/apt', arch), arch, RELEASE);
    source.update();
    date = Math.max(date, source.releaseDate());
    for (const variant of VARIANTS) {
      const found = resolve(source, variant);
      sets[arch][variant.name] = found.map((p) => p.name);
      for (const p of found) packages.set(`${p.name} ${p.arch}`, p);
    }
  }
  const sorted = [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, p]) => p);
  return { release: RELEASE, date, sets, packages: sorted };
}

/**
 * One difference between two locks. `security` says that the new version comes from the security archive, or is an
 * update of a stable release (+debNuM): point releases take over what the security archive had.
 */
export interface Change {
  readonly name: string;
  readonly arch: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly security: boolean;
}

/** What changed from `old` to `now`. */
export function changes(old: Lock, now: Lock): Change[] {
  const key = (p: LockedPackage) => `${p.name} ${p.arch}`;
  const before = new Map(old.packages.map((p) => [key(p), p]));
  const after = new Map(now.packages.map((p) => [key(p), p]));
  const found: Change[] = [];
  for (const [k, p] of after) {
    const was = before.get(k);
    if (was?.sha256 === p.sha256) continue;
    const security = p.archive === 'debian-security' || (was !== undefined && /\+deb\d+u\d+$/.test(p.version));
    found.push({ name: p.name, arch: p.arch, from: was?.version, to: p.version, security });
  }
  for (const [k, p] of before) {
    if (!after.has(k)) found.push({ name: p.name, arch: p.arch, from: p.version, to: undefined, security: false });
  }
  return found;
}

function write(lock: Lock): void {
  // One package a line: a renewed lock then reads as a list of changed packages.
  const sets = ARCHES.map((arch) => {
    const lines = Object.entries(lock.sets[arch]).map(([k, v]) => `      ${JSON.stringify(k)}: ${JSON.stringify(v)}`);
    return `    ${JSON.stringify(arch)}: {\n${lines.join(',\n')}\n    }`;
  });
  const packages = lock.packages.map((p) => `    ${JSON.stringify(p)}`);
  writeFileSync(
    FILE,
    `{\n  "release": ${JSON.stringify(lock.release)},\n  "date": ${lock.date},\n  "sets": {\n${sets.join(',\n')}\n  },\n` +
      `  "packages": [\n${packages.join(',\n')}\n  ]\n}\n`,
  );
}

function main(check: boolean): number {
  const now = currentLock();
  const known = existsSync(FILE);
  if (check && !known) throw new Error('there is no image/lock.json; run "npm run image:lock"');
  const found = known ? changes(readLock(), now) : [];
  for (const c of found) {
    const mark = c.security ? ' (security)' : '';
    process.stdout.write(`${c.name} ${c.arch}: ${c.from ?? 'new'} -> ${c.to ?? 'gone'}${mark}\n`);
  }
  if (!check) {
    write(now);
    process.stdout.write(`image/lock.json: ${now.packages.length} packages of ${RELEASE}\n`);
    return 0;
  }
  const security = found.filter((c) => c.security).length;
  process.stdout.write(
    found.length ? `${found.length} packages behind, ${security} of them in security\n` : 'up to date\n',
  );
  return security > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exit(main(process.argv.includes('--check')));
  } catch (error) {
    process.stderr.write(`image:lock: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
