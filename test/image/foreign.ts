// Executables of other systems, started here: those for arm64 under qemu, those for musl over a root folder that is put
// together from Debian's packages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Arch, apt, fetchPackage } from '../../image/apt.ts';
import { type Deb, readDeb } from '../../image/deb.ts';
import { RELEASE } from '../../image/lock.ts';
import type { Target } from '../../scripts/targets.ts';
import { onPath } from './containers.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, '.cache/image/debs');

/** How a started program ended. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program with arguments, on top of an empty environment. */
export type Start = (args: readonly string[], env?: Readonly<Record<string, string>>) => Ended;

/**
 * Debian's C++ library is made for glibc. What it wants of that and musl lacks: without `_dl_find_object` its unwinder
 * walks the list of libraries; destructors at the end of a thread and numbers of 128 bits are left out.
 */
const SHIM = `char __libc_single_threaded = 0;
unsigned int __cpu_model[8];
int __cpu_indicator_init(void) { return 0; }
int _dl_find_object(void *at, void *found) { return -1; }
int __cxa_thread_atexit_impl(void (*run)(void *), void *object, void *library) { return 0; }
unsigned long strftime_l(char *, unsigned long, const char *, const void *, void *);
unsigned long __strftime_l(char *to, unsigned long max, const char *how, const void *time, void *locale) {
  return strftime_l(to, max, how, time, locale);
}
unsigned long strtoul(const char *, char **, int);
unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
unsigned long getauxval(unsigned long);
unsigned long __getauxval(unsigned long kind) { return getauxval(kind); }
int strfromf128(void) { return 0; }
int strtof128(void) { return 0; }
long getrandom(void *, unsigned long, unsigned);
unsigned arc4random(void) { unsigned x; getrandom(&x, 4, 0); return x; }
`;
const LOADERS: Readonly<Record<Arch, string>> = { amd64: 'ld-linux-x86-64.so.2', arm64: 'ld-linux-aarch64.so.1' };
const CPUS: Readonly<Record<Arch, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

function shared(compiler: string, source: string, out: string): void {
  const flags = ['-shared', '-fPIC', '-nostdlib', '-O1', '-w', '-x', 'c', '-', '-o', out];
  const r = spawnSync(compiler, flags, { input: source, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`${compiler}: ${r.stderr}`);
}

/** Fills `to` with what an executable needs at run time; a sentence where that cannot be had. */
export function makeRoot(to: string, t: Target): string | undefined {
  const arch: Arch = t.cpu === 'arm64' ? 'arm64' : 'amd64';
  const musl = t.libc === 'musl';
  const own = process.arch === t.cpu;
  const compiler = onPath(own ? 'gcc' : `${CPUS[arch]}-linux-gnu-gcc`);
  if (musl && !compiler) return `needs a C compiler for ${arch}`;
  let debs: Deb[];
  try {
    const source = apt(join(root, '.cache/image/apt', arch), arch, RELEASE);
    source.update();
    const packages = source.resolve(musl ? ['musl', 'libstdc++6', 'libgcc-s1'] : ['libc6'], false);
    debs = packages.map((p) => readDeb(fetchPackage(cache, p)));
  } catch (error) {
    return `no packages to be had: ${(error as Error).message}`;
  }
  for (const deb of debs) {
    for (const e of deb.files) {
      // As on a whole system, where the short folders are links into usr.
      const path = join(to, e.path.replace(/^lib(?=\/|64\/|$)/, 'usr/lib'));
      mkdirSync(e.type === 'dir' ? path : dirname(path), { recursive: true });
      if (e.type === 'file') writeFileSync(path, e.data!, { mode: e.mode });
      else if (e.type === 'link') symlinkSync(e.target!, path);
    }
  }
  for (const folder of ['lib', 'lib64']) {
    mkdirSync(join(to, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(to, folder));
  }
  for (const folder of ['proc', 'dev']) mkdirSync(join(to, folder), { recursive: true });
  if (!musl) return undefined;
  const triple = join(to, `usr/lib/${CPUS[arch]}-linux-gnu`);
  shared(compiler!, SHIM, join(triple, 'shim.so'));
  shared(compiler!, '', join(triple, LOADERS[arch]));
  return undefined;
}

/** How to start `program` (a path in `tree`) in the folder `cwd` with `tree` as its root; a sentence where that is impossible. */
export function starter(tree: string, t: Target, program: string, cwd: string): Start | string {
  const arch: Arch = t.cpu === 'arm64' ? 'arm64' : 'amd64';
  const triple = `/usr/lib/${CPUS[arch]}-linux-gnu`;
  const more: Record<string, string> =
    t.libc === 'musl' ? { LD_LIBRARY_PATH: triple, LD_PRELOAD: `${triple}/shim.so` } : {};
  const ended = (r: ReturnType<typeof spawnSync>): Ended => ({
    status: r.status,
    out: String(r.stdout),
    err: String(r.stderr),
  });
  if (t.cpu !== process.arch) {
    const qemu = onPath(`qemu-${CPUS[arch]}-static`);
    if (!qemu) return `needs qemu-${CPUS[arch]}-static`;
    return (args, env = {}) => {
      const set = Object.entries({ ...more, ...env }).flatMap(([k, v]) => ['-E', `${k}=${v}`]);
      const how = { cwd, env: {}, encoding: 'utf8' } as const;
      return ended(spawnSync(qemu, ['-L', tree, ...set, join(tree, program), ...args], how));
    };
  }
  const bwrap = onPath('bwrap');
  if (!bwrap) return 'needs bwrap (bubblewrap)';
  // At the same place inside, so that the files in it name each other rightly.
  mkdirSync(join(tree, cwd), { recursive: true });
  const view = ['--ro-bind', tree, '/', '--proc', '/proc', '--dev', '/dev', '--bind', cwd, cwd];
  return (args, env = {}) => {
    const set = Object.entries({ ...more, ...env }).flatMap(([k, v]) => ['--setenv', k, v]);
    const words = [...view, '--unshare-all', '--clearenv', ...set, '--chdir', cwd, `/${program}`, ...args];
    return ended(spawnSync(bwrap, words, { encoding: 'utf8' }));
  };
}
