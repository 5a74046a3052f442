// The base layer: chosen files of locked Debian packages, users, certificates and empty folders. No package script runs;
// what the scripts would do and images need is done here, as data.
import type { Arch } from './apt.ts';
import type { Deb } from './deb.ts';
import { md5 } from './hash.ts';
import type { Entry } from './tar.ts';
import { createTree, type Tree } from './tree.ts';
import { NONROOT, type Variant } from './variants.ts';

const TRIPLET: Readonly<Record<Arch, string>> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Libraries of the C library that the executables and the name service use. */
const LIBC = /\/(ld-linux[^/]*|lib(c|m|dl|pthread|rt|resolv|nss_files|nss_dns)\.so\.\d+)$/;

const CHOSEN: Readonly<Record<string, RegExp>> = {
  'base-files': /^(usr\/lib\/os-release|etc\/(os-release|debian_version|host\.conf))$/,
  'ca-certificates': /^$/,
  // Only for its copyright file, which the packages of the compiler's libraries link to.
  'gcc-14-base': /^$/,
  libc6: LIBC,
  'libgcc-s1': /\/libgcc_s\.so\.1$/,
  'libstdc++6': /\/libstdc\+\+\.so\.6[.\d]*$/,
  libatomic1: /\/libatomic\.so\.1[.\d]*$/,
  netbase: /^etc\/(services|protocols)$/,
  tzdata: /^usr\/share\/zoneinfo\//,
  'openssl-provider-fips': /\/ossl-modules\/fips\.so$/,
};

const PROGRAMS = /^usr\/bin\/(bash|curl|jq)$|^etc\/bash\.bashrc$|^usr\/lib\/[^/]+-linux-gnu\/[^/]*\.so[.\d]*$/;

/** Documentation and translations, left out of the full variants; dpkg is told so for what is installed later. */
const DOCUMENTATION = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/lintian',
  'usr/share/menu',
  'usr/share/bug',
  'usr/share/doc-base',
  'usr/share/bash-completion',
  'usr/share/zsh',
  'usr/share/gcc',
];

const COPYRIGHT = /^usr\/share\/doc\/[^/]+\/copyright$/;

/** Some packages of one source share a documentation folder through a link. */
const SHARED_DOC = /^usr\/share\/doc\/[^/]+$/;

function wanted(deb: Deb, entry: Entry, variant: Variant): boolean {
  if (COPYRIGHT.test(entry.path) || (entry.type === 'link' && SHARED_DOC.test(entry.path))) return true;
  if (variant.recipe === 'full') {
    return !DOCUMENTATION.some((d) => entry.path === d || entry.path.startsWith(`${d}/`));
  }
  if (entry.type === 'dir') return false;
  const chosen = CHOSEN[deb.name] ?? (variant.recipe === 'tools' ? PROGRAMS : undefined);
  if (!chosen) throw new Error(`image/rootfs.ts does not say which files of ${deb.name} go into ${variant.name}`);
  return chosen.test(entry.path);
}

/** Certificates of the package in one file, in the order of their names: what update-ca-certificates would write. */
function bundle(deb: Deb): string {
  const certs = deb.files.filter((e) => e.type === 'file' && /^usr\/share\/ca-certificates\/.*\.crt$/.test(e.path));
  const text = [...certs]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((e) => Buffer.from(e.data!).toString('latin1'));
  return text.map((t) => (t.endsWith('\n') ? t : `${t}\n`)).join('');
}

const USERS = {
  root: 'root:x:0:0:root:/root:',
  nobody: 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  nonroot: `nonroot:x:${NONROOT}:${NONROOT}:nonroot:/home/nonroot:`,
};

function accounts(tree: Tree, variant: Variant): void {
  const shell = variant.recipe === 'minimal' ? '/usr/sbin/nologin' : '/bin/bash';
  const master = (name: string) => tree.get(`usr/share/base-passwd/${name}.master`)?.data;
  const passwd = master('passwd');
  const group = master('group');
  if (passwd && group) {
    // What base-passwd's and apt's scripts leave behind, with the password field pointing at no shadow file.
    const lines = Buffer.from(passwd)
      .toString('utf8')
      .replace(/^([^:]+):\*:/gm, '$1:x:');
    const apt = `_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n`;
    tree.file('etc/passwd', `${lines}${apt}${USERS.nonroot}${shell}\n`, 'base-passwd');
    const groups = Buffer.from(group)
      .toString('utf8')
      .replace(/^([^:]+):\*:/gm, '$1:x:');
    tree.file('etc/group', `${groups}nonroot:x:${NONROOT}:\n`, 'base-passwd');
  } else {
    tree.file('etc/passwd', `${USERS.root}${shell}\n${USERS.nobody}\n${USERS.nonroot}${shell}\n`, 'natsbox-base');
    tree.file('etc/group', `root:x:0:\nnogroup:x:65534:\nnonroot:x:${NONROOT}:\n`, 'natsbox-base');
  }
  tree.file('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n', 'natsbox-base');
}

function folders(tree: Tree, arch: Arch): void {
  for (const d of ['bin', 'sbin', 'lib', ...(arch === 'amd64' ? ['lib64'] : [])]) {
    tree.dir(`usr/${d}`);
    tree.link(d, `usr/${d}`, 'base-files');
  }
  for (const d of ['proc', 'sys', 'dev', 'run', 'etc', 'home', 'mnt', 'opt', 'usr/local/bin', 'var/lib']) tree.dir(d);
  tree.dir('root', 0o700);
  tree.dir('tmp', 0o1777);
  tree.dir('var/tmp', 0o1777);
  if (tree.has('var/lock')) tree.dir('var/lock');
  tree.dir('home/nonroot', 0o750, NONROOT, 0);
  // Group 0 and group-writable: platforms that give a container an arbitrary uid give it group 0.
  tree.dir('nsc', 0o775, NONROOT, 0);
  tree.link('var/run', '/run', 'base-files');
}

/** Records by which scanners know the packages of an image that has no dpkg: one control file and md5 list each. */
function statusRecords(tree: Tree, debs: readonly Deb[], arch: Arch): void {
  for (const deb of debs) {
    const fields = [...deb.fields].map(([k, v]) => `${k}: ${v}\n`).join('');
    const sums = tree
      .entries()
      .filter((e) => e.type === 'file' && tree.owner(e.path) === deb.name)
      .map((e) => `${md5(e.data!)}  ${e.path}\n`);
    tree.file(`var/lib/dpkg/status.d/${deb.name}`, fields, deb.name);
    tree.file(`var/lib/dpkg/status.d/${deb.name}.md5sums`, sums.join(''), deb.name);
  }
  tree.file('var/lib/dpkg/arch-native', `${arch}\n`, 'base-files');
}

/** The database of a working dpkg: every package installed, with the scripts and lists a later upgrade reads. */
function database(tree: Tree, debs: readonly Deb[], arch: Arch): void {
  const status: string[] = [];
  for (const deb of debs) {
    const same = deb.fields.get('Multi-Arch') === 'same' ? `:${deb.fields.get('Architecture')}` : '';
    const info = `var/lib/dpkg/info/${deb.name}${same}`;
    for (const [name, e] of deb.control) {
      if (e.type === 'file') tree.file(`${info}.${name}`, e.data!, deb.name, e.mode);
    }
    const paths = deb.files.map((e) => `/${e.path}`);
    tree.file(`${info}.list`, `/.\n${paths.join('\n')}\n`, deb.name);
    const conffiles = Buffer.from(deb.control.get('conffiles')?.data ?? '')
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('/'))
      .map((path) => ` ${path} ${md5(deb.files.find((e) => `/${e.path}` === path)?.data ?? new Uint8Array())}\n`);
    const fields = [...deb.fields].map(([k, v]) => `${k}: ${v}\n`);
    fields.splice(1, 0, 'Status: install ok installed\n');
    status.push(fields.join('') + (conffiles.length ? `Conffiles:\n${conffiles.join('')}` : ''));
  }
  tree.file('var/lib/dpkg/status', `${status.join('\n')}\n`, 'dpkg');
  tree.file('var/lib/dpkg/info/format', '1\n', 'dpkg');
  tree.file('var/lib/dpkg/available', '', 'dpkg');
  tree.file('var/lib/dpkg/diversions', '', 'dpkg');
  tree.file('var/lib/dpkg/statoverride', '', 'dpkg');
  tree.file('var/lib/dpkg/arch-native', `${arch}\n`, 'dpkg');
  for (const d of ['updates', 'triggers', 'parts']) tree.dir(`var/lib/dpkg/${d}`);
}

/** What the configuration scripts of Debian's essential packages leave, as far as a container needs it. */
function configured(tree: Tree, release: string): void {
  const own = 'natsbox-base';
  const sources = (suites: string, archive: string) =>
    `Types: deb\nURIs: http://deb.debian.org/${archive}\nSuites: ${suites}\nComponents: main\n` +
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n';
  tree.file(
    'etc/apt/sources.list.d/debian.sources',
    `${sources(`${release} ${release}-updates`, 'debian')}\n${sources(`${release}-security`, 'debian-security')}`,
    own,
  );
  const excluded = DOCUMENTATION.filter((d) => d !== 'usr/share/zsh').map((d) => `path-exclude=/${d}/*\n`);
  tree.file('etc/dpkg/dpkg.cfg.d/natsbox', `${excluded.join('')}path-include=/usr/share/doc/*/copyright\n`, own);
  tree.file('etc/apt/apt.conf.d/99natsbox', 'APT::Install-Recommends "false";\nAPT::Install-Suggests "false";\n', own);
  tree.link('etc/alternatives/awk', '/usr/bin/mawk', 'mawk');
  tree.link('usr/bin/awk', '/etc/alternatives/awk', 'mawk');
  tree.link('etc/alternatives/pager', '/usr/bin/less', 'less');
  tree.link('usr/bin/pager', '/etc/alternatives/pager', 'less');
  tree.link('etc/alternatives/rmt', '/usr/sbin/rmt-tar', 'tar');
  tree.link('usr/sbin/rmt', '/etc/alternatives/rmt', 'tar');
  tree.file('etc/shells', '/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n', own);
  for (const name of ['bashrc', 'profile']) {
    const dot = tree.get(`usr/share/base-files/dot.${name}`)?.data;
    if (dot) tree.file(`root/.${name}`, dot, 'base-files');
  }
  const profile = tree.get('usr/share/base-files/profile')?.data;
  if (profile) tree.file('etc/profile', profile, 'base-files');
  const certs = tree.entries().filter((e) => e.type === 'file' && e.path.startsWith('usr/share/ca-certificates/'));
  const names = certs.map((e) => `${e.path.slice('usr/share/ca-certificates/'.length)}\n`);
  tree.file('etc/ca-certificates.conf', names.join(''), 'ca-certificates');
  for (const d of ['var/cache/apt/archives/partial', 'var/lib/apt/lists/partial', 'var/log/apt']) tree.dir(d);
}

/** The tree of the base layer: the packages' files, then the system around them. */
export function rootfs(variant: Variant, arch: Arch, debs: readonly Deb[], release: string): Tree {
  const tree = createTree();
  for (const deb of debs) {
    for (const entry of deb.files) {
      // No file of an image raises its rights, whatever the package says.
      if (wanted(deb, entry, variant)) tree.add({ ...entry, mode: entry.mode & 0o1777 }, deb.name);
    }
  }
  const ca = debs.find((d) => d.name === 'ca-certificates');
  if (ca) tree.file('etc/ssl/certs/ca-certificates.crt', bundle(ca), 'ca-certificates');
  tree.link('etc/os-release', '../usr/lib/os-release', 'base-files');
  tree.link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC', 'tzdata');
  folders(tree, arch);
  accounts(tree, variant);
  if (variant.recipe === 'full') {
    configured(tree, release);
    database(tree, debs, arch);
  } else {
    statusRecords(tree, debs, arch);
  }
  if (variant.recipe === 'tools') tree.link('usr/bin/sh', 'bash', 'bash');
  return tree;
}

/** Folder of the architecture's libraries. */
export function libraryFolder(arch: Arch): string {
  return `usr/lib/${TRIPLET[arch]}`;
}
