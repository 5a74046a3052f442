// Finds or fetches the real nats-server for the tests, and prints its path.
// Order: $NATS_SERVER, PATH, the checkout's cache, then Debian testing's package through apt with a private list
// derived from this machine's own apt sources (suite replaced), so that apt verifies the archive's signature.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM = [2, 15];
const cache = fileURLToPath(new URL('../.cache/nats-server/', import.meta.url));

function version(path) {
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const m = /v?(\d+)\.(\d+)\.(\d+)/.exec(said);
  return m ? [Number(m[1]), Number(m[2]), Number(m[3])] : undefined;
}

function recent(path) {
  const v = version(path);
  return v !== undefined && (v[0] > MINIMUM[0] || (v[0] === MINIMUM[0] && v[1] >= MINIMUM[1]));
}

function onPath() {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(dir, 'nats-server');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return undefined;
}

/** The distribution's archive as this machine names it: [uri, keyring]. */
function debianArchive() {
  const folder = '/etc/apt/sources.list.d';
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith('.sources')) continue;
    for (const stanza of readFileSync(join(folder, name), 'utf8').split(/\n\s*\n/)) {
      const field = (key) => new RegExp(`^${key}:\\s*(.+)$`, 'm').exec(stanza)?.[1]?.trim();
      const uri = field('URIs')?.split(/\s+/)[0];
      if (uri && /\bdeb\b/.test(field('Types') ?? '') && /\/debian\/?$/.test(uri)) return [uri, field('Signed-By')];
    }
  }
  const list = existsSync('/etc/apt/sources.list') ? readFileSync('/etc/apt/sources.list', 'utf8') : '';
  const m = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+\/debian\/?)\s/m.exec(list);
  return m ? [m[2], /signed-by=(\S+)/.exec(m[1] ?? '')?.[1]] : undefined;
}

function fetchFromDebian() {
  const archive = debianArchive();
  if (!archive) throw new Error('this machine has no Debian apt source to fetch nats-server from');
  const [uri, keyring] = archive;
  const apt = join(cache, 'apt');
  for (const d of ['lists/partial', 'archives/partial', 'etc']) mkdirSync(join(apt, d), { recursive: true });
  const signed = keyring ?? '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(apt, 'etc/sources.list'), `deb [signed-by=${signed}] ${uri} testing main\n`);
  writeFileSync(join(apt, 'status'), '');
  const set = {
    'Dir::Etc::sourcelist': join(apt, 'etc/sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': apt,
    'Dir::Cache::archives': join(apt, 'archives'),
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(set).flatMap(([k, v]) => ['-o', `${k}=${v}`]);
  const run = (command, args, cwd) => {
    const r = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 240_000 });
    if (r.status !== 0) throw new Error(`${command} ${args.at(-1)}: ${(r.stderr || String(r.error ?? '')).trim()}`);
    return r.stdout;
  };
  run('apt-get', [...options, 'update']);
  run('apt-get', [...options, 'download', 'nats-server'], join(apt, 'archives'));
  const debs = readdirSync(join(apt, 'archives')).filter((f) => /^nats-server_.*\.deb$/.test(f));
  const deb = debs.sort().at(-1);
  if (!deb) throw new Error('apt downloaded no nats-server package');
  const out = join(cache, 'root');
  rmSync(out, { recursive: true, force: true });
  run('dpkg-deb', ['-x', join(apt, 'archives', deb), out]);
  return join(out, 'usr/sbin/nats-server');
}

/** Path of a nats-server of at least 2.15; throws with the reason when there is none to be had. */
export function natsServer() {
  if (process.env.NATS_SERVER) return process.env.NATS_SERVER;
  const found = onPath();
  if (found && recent(found)) return found;
  const kept = ['usr/sbin', 'usr/bin'].map((d) => join(cache, 'root', d, 'nats-server')).find((f) => existsSync(f));
  if (kept && recent(kept)) return kept;
  const fetched = fetchFromDebian();
  const at = [fetched, fetched.replace('/sbin/', '/bin/')].find((f) => existsSync(f));
  if (!at || !recent(at)) throw new Error(`the fetched nats-server is older than ${MINIMUM.join('.')}`);
  return at;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(natsServer() + '\n');
  } catch (error) {
    process.stderr.write(`no nats-server: ${error.message}\n`);
    process.exit(1);
  }
}
