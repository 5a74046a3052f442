// Debian archives through apt: a private state per architecture, derived from this machine's own sources with the suite
// replaced, so that apt itself checks the archive's signatures and nothing of the machine is changed or needs root.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from './hash.ts';

/** Debian's names of the processors images are built for. */
export type Arch = 'amd64' | 'arm64';

/** The two archives a release is spread over; the lock names them instead of hosts. */
export type Archive = 'debian' | 'debian-security';

/** One locked package. `path` is relative to the archive's root; `size` is in bytes. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly archive: Archive;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

interface Source {
  readonly uri: string;
  readonly keyring: string;
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

function stanzas(): { uri: string; keyring: string | undefined }[] {
  const found: { uri: string; keyring: string | undefined }[] = [];
  const folder = '/etc/apt/sources.list.d';
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (!name.endsWith('.sources')) continue;
    for (const stanza of readFileSync(join(folder, name), 'utf8').split(/\n\s*\n/)) {
      const field = (key: string) => new RegExp(`^${key}:\\s*(.+)$`, 'm').exec(stanza)?.[1]?.trim();
      const uri = field('URIs')?.split(/\s+/)[0];
      if (uri && /\bdeb\b/.test(field('Types') ?? '')) found.push({ uri, keyring: field('Signed-By') });
    }
  }
  const list = existsSync('/etc/apt/sources.list') ? readFileSync('/etc/apt/sources.list', 'utf8') : '';
  for (const m of list.matchAll(/^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s/gm)) {
    found.push({ uri: m[2]!, keyring: /signed-by=(\S+)/.exec(m[1] ?? '')?.[1] });
  }
  return found;
}

/** Where this machine gets the archive from. Throws when it has no such apt source. */
export function source(archive: Archive): Source {
  const found = stanzas().find((s) => s.uri.replace(/\/$/, '').endsWith(`/${archive}`));
  if (!found)
    throw new Error(`this machine has no apt source for the archive "${archive}"; add one, or fill the cache`);
  const keyring = found.keyring?.startsWith('/') ? found.keyring : KEYRING;
  return { uri: found.uri.replace(/\/$/, ''), keyring };
}

function run(command: string, args: readonly string[], cwd?: string): string {
  const r = spawnSync(command, args, {
    ...(cwd ? { cwd } : {}),
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (r.error) throw new Error(`cannot run ${command}: ${r.error.message}`);
  if (r.status !== 0)
    throw new Error(`${command} failed: ${(r.stderr || r.stdout).trim().split('\n').slice(-5).join('; ')}`);
  return r.stdout;
}

/** A private apt for one architecture and release: `update`, then ask it questions. */
export interface Apt {
  update(): void;
  /** Packages that an installation of `roots` on an empty system brings in, with or without their dependencies. */
  resolve(roots: readonly string[], closure: boolean): LockedPackage[];
  /** Date of the main archive's release file, in seconds since 1970. */
  releaseDate(): number;
}

/** Makes the private apt in `dir`. */
export function apt(dir: string, arch: Arch, release: string): Apt {
  for (const d of ['lists/partial', 'archives/partial', 'etc/preferences.d'])
    mkdirSync(join(dir, d), { recursive: true });
  const main = source('debian');
  const security = source('debian-security');
  const line = (s: Source, suite: string) => `deb [arch=${arch} signed-by=${s.keyring}] ${s.uri} ${suite} main\n`;
  writeFileSync(
    join(dir, 'etc/sources.list'),
    line(main, release) + line(main, `${release}-updates`) + line(security, `${release}-security`),
  );
  writeFileSync(join(dir, 'status'), '');
  const set = {
    'Dir::Etc::sourcelist': join(dir, 'etc/sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
    'Dir::State': dir,
    'Dir::State::lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'status'),
    'Dir::Cache': dir,
    'Dir::Cache::archives': join(dir, 'archives'),
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': 'false',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(set).flatMap(([k, v]) => ['-o', `${k}=${v}`]);
  const parse = (out: string): LockedPackage[] => {
    const found: LockedPackage[] = [];
    for (const m of out.matchAll(/^'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})$/gm)) {
      const archive: Archive = m[1]!.startsWith(`${security.uri}/`) ? 'debian-security' : 'debian';
      const uri = archive === 'debian' ? main.uri : security.uri;
      const [name, version, rest] = m[2]!.split('_').map(decodeURIComponent);
      found.push({
        name: name!,
        version: version!,
        arch: rest!.replace(/\.deb$/, ''),
        archive,
        path: decodeURIComponent(m[1]!.slice(uri.length + 1)),
        size: Number(m[3]),
        sha256: m[4]!,
      });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    update: () => void run('apt-get', [...options, '-q', 'update']),
    resolve: (roots, closure) => {
      let names = roots;
      if (closure) {
        const plan = run('apt-get', [...options, '-y', '--simulate', 'install', ...roots]);
        names = [...plan.matchAll(/^Inst (\S+) /gm)].map((m) => m[1]!);
      }
      const found = parse(
        run('apt-get', [...options, 'download', '--print-uris', '-qq', ...names], join(dir, 'archives')),
      );
      if (found.length === 0 || found.length !== names.length) {
        throw new Error(`apt named ${found.length} packages for ${names.length || roots.length} names on ${arch}`);
      }
      return found;
    },
    releaseDate: () => {
      const file = readdirSync(join(dir, 'lists')).find((f) => f.endsWith(`_dists_${release}_InRelease`));
      const date = file && /^Date: (.+)$/m.exec(readFileSync(join(dir, 'lists', file), 'utf8'))?.[1];
      if (!date) throw new Error(`the release file of ${release} has no date`);
      return Math.floor(Date.parse(date) / 1000);
    },
  };
}

/**
 * The .deb file of a locked package: from the cache, else downloaded by apt's own helper, which takes the machine's
 * proxy and credentials. The content is compared with the lock in both cases.
 */
export function fetchPackage(cache: string, locked: LockedPackage): string {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, basename(locked.path));
  if (existsSync(file)) {
    if (sha256(readFileSync(file)) === locked.sha256) return file;
    rmSync(file);
  }
  const from = `${source(locked.archive).uri}/${locked.path}`;
  const part = `${file}.part`;
  try {
    run('/usr/lib/apt/apt-helper', [
      '-o',
      'APT::Sandbox::User=',
      'download-file',
      from,
      part,
      `SHA256:${locked.sha256}`,
    ]);
  } catch (error) {
    throw new Error(
      `cannot get ${locked.name} ${locked.version} (${locked.arch}): ${(error as Error).message}. ` +
        'Debian removes superseded packages; if it has gone, run "npm run image:lock" and review what changes',
    );
  }
  if (sha256(readFileSync(part)) !== locked.sha256)
    throw new Error(`${locked.name}: the downloaded file is not the locked one`);
  renameSync(part, file);
  return file;
}
