// Makes a Bun-compiled executable stop being an interpreter.
//
// A Bun executable still carries the whole of Bun, and Bun listens to its environment: BUN_BE_BUN=1 turns any compiled
// program into the full `bun` tool, BUN_OPTIONS="--preload x" runs x, BUN_INSPECT opens a debugger port,
// BUN_JSC_functionOverrides=x replaces function bodies, and so on. None of that may work in a tool that people put into
// hardened images. There is no build flag for it, so this step edits the finished file:
//  - the names of those variables are overwritten in the read-only data (a name that starts with NUL matches nothing);
//  - the engine options (BUN_JSC_*) are compared letter by letter in code, so the first "not equal" jump of that
//    comparison becomes an unconditional one.
// The places are counted, and any number other than the reviewed one is an error: a new Bun version must be read again.
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What `harden` did: the kind of file, how often each name was blanked, and how many code places were changed. */
export interface HardenReport {
  readonly format: 'elf' | 'macho' | 'pe';
  readonly cpu: 'x64' | 'arm64';
  readonly names: Readonly<Record<string, number>>;
  readonly places: number;
  readonly engine: number;
}

/** The variables that run code, open a port, weaken verification or print secrets, and how often each one must be found. */
const CRITICAL: Readonly<Record<string, number>> = {
  BUN_BE_BUN: 1,
  BUN_OPTIONS: 2,
  BUN_INSPECT: 2,
  BUN_INSPECT_CONNECT_TO: 4,
  BUN_INSPECT_NOTIFY: 1,
  BUN_INSPECT_PRELOAD: 2,
  BUN_CONFIG_VERBOSE_FETCH: 2,
  BUN_RUNTIME_TRANSPILER_CACHE_PATH: 1,
  BUN_CRASH_REPORT_URL: 1,
  BUN_ENABLE_CRASH_REPORTING: 1,
  NODE_PATH: 2,
  NODE_TLS_REJECT_UNAUTHORIZED: 2,
  NODE_EXTRA_CA_CERTS: 1,
};

/** Further names of Node that are blanked wherever they stand: files read or written, descriptors opened at start. */
const ALSO_NODE = [
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_COMPILE_CACHE',
  'NODE_COMPILE_CACHE_PORTABLE',
  'NODE_PRESERVE_SYMLINKS',
  'NODE_PRESERVE_SYMLINKS_MAIN',
  'NODE_REDIRECT_WARNINGS',
  'NODE_UNIQUE_ID',
];

/** Variables of Bun's own, each blanked too: switches and caches that no user of a finished tool needs. */
const ALSO_BUN = `
AGENT_RULE_DISABLED ASSUME_PERFECT_INCREMENTAL BYTECODE_DIGEST_OUT BYTECODE_ORDER_NAMES_OUT BYTECODE_ORDER_OUT CANARY
CHROME_PATH COMPILE_TARGET_TARBALL_URL CONFIG_ CREATE_DIR DEBUG_ DESTRUCT_VM_ON_EXIT DEV_SERVER_TEST_RUNNER DISABLE_
DRY_RUN ENABLE_EXPERIMENTAL_SHELL_BUILTINS FEATURE_FLAG_ GARBAGE_COLLECTOR_LEVEL GC_ IDLE_GC_SECONDS INOTIFY_
INSTALL INSTRUMENTS INTERNAL_ LINT_MEMORY MANIFEST_CACHE NO_CODESIGN_MACHO_BINARY PORT SHOW_BUN_STACKFRAMES TCC_OPTIONS TEST_
THREADPOOL_STATS TMPDIR TRACE WATCHER_TRACE WHICH_IGNORE_CWD`
  .trim()
  .split(/\s+/)
  .map((name) => `BUN_${name}`);

/** Words that look like variables and are none: symbols of generated code, and sentences about the engine options. */
const NOT_VARIABLES = ['BUN_ENV', 'BUN_FFI_', 'BUN_PLUGIN_NAME', 'BUN_PUBLIC_', 'BUN_JSC_', 'BUN_WORKER_'];

const ALL_DEAD = [...Object.keys(CRITICAL), ...ALSO_NODE, ...ALSO_BUN].sort((a, b) => b.length - a.length);

interface Section {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

interface Program {
  readonly format: HardenReport['format'];
  readonly cpu: HardenReport['cpu'];
  readonly data: readonly Section[];
  readonly code: readonly Section[];
}

/** Sections of a 64-bit little-endian ELF file (System V gABI, chapter 4). */
function elf(file: Buffer): Program {
  const machine = file.readUInt16LE(0x12);
  if (file[4] !== 2 || file[5] !== 1) throw new Error('not a 64-bit little-endian ELF file');
  const table = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  const header = (i: number) => ({
    name: file.readUInt32LE(table + 64 * i),
    at: Number(file.readBigUInt64LE(table + 64 * i + 24)),
    size: Number(file.readBigUInt64LE(table + 64 * i + 32)),
  });
  const names = header(file.readUInt16LE(0x3e));
  const sections = Array.from({ length: count }, (_, i): Section => {
    const { name, at, size } = header(i);
    const start = names.at + name;
    return { name: file.toString('latin1', start, file.indexOf(0, start)), at, size };
  });
  return {
    format: 'elf',
    cpu: cpuOf({ 62: 'x64', 183: 'arm64' }, machine),
    data: sections.filter((s) => s.name === '.rodata'),
    code: sections.filter((s) => s.name === '.text'),
  };
}

/** Sections of a 64-bit Mach-O file (load command LC_SEGMENT_64 is 0x19). */
function macho(file: Buffer): Program {
  const sections: Section[] = [];
  let at = 32;
  for (let i = file.readUInt32LE(16); i > 0; i--) {
    if (file.readUInt32LE(at) === 0x19) {
      for (let k = 0; k < file.readUInt32LE(at + 64); k++) {
        const s = at + 72 + 80 * k;
        const text = (from: number) => file.toString('latin1', from, from + 16).replace(/\0.*$/s, '');
        sections.push({
          name: `${text(s + 16)},${text(s)}`,
          at: file.readUInt32LE(s + 48),
          size: Number(file.readBigUInt64LE(s + 40)),
        });
      }
    }
    at += file.readUInt32LE(at + 4);
  }
  return {
    format: 'macho',
    cpu: cpuOf({ 16777223: 'x64', 16777228: 'arm64' }, file.readUInt32LE(4)),
    data: sections.filter((s) => /^__TEXT,__(const|cstring|literals)$/.test(s.name)),
    code: sections.filter((s) => s.name === '__TEXT,__text'),
  };
}

/** Sections of a PE32+ file. */
function pe(file: Buffer): Program {
  const head = file.readUInt32LE(0x3c);
  const first = head + 24 + file.readUInt16LE(head + 20);
  const sections = Array.from({ length: file.readUInt16LE(head + 6) }, (_, i): Section => {
    const s = first + 40 * i;
    return {
      name: file.toString('latin1', s, s + 8).replace(/\0.*$/s, ''),
      at: file.readUInt32LE(s + 20),
      size: Math.min(file.readUInt32LE(s + 8), file.readUInt32LE(s + 16)),
    };
  });
  return {
    format: 'pe',
    cpu: cpuOf({ 34404: 'x64', 43620: 'arm64' }, file.readUInt16LE(head + 4)),
    data: sections.filter((s) => s.name === '.rdata'),
    code: sections.filter((s) => s.name === '.text'),
  };
}

function cpuOf(known: Readonly<Record<number, HardenReport['cpu']>>, machine: number): HardenReport['cpu'] {
  const cpu = known[machine];
  if (!cpu) throw new Error(`an executable for an unknown processor (0x${machine.toString(16)})`);
  return cpu;
}

function open(file: Buffer): Program {
  if (file.length > 0x40 && file.readUInt32BE(0) === 0x7f454c46) return elf(file);
  if (file.length > 0x40 && file.readUInt32LE(0) === 0xfeedfacf) return macho(file);
  if (file.length > 0x40 && file.readUInt16BE(0) === 0x4d5a) return pe(file);
  throw new Error('neither an ELF, nor a Mach-O, nor a PE executable');
}

/** Positions of the names to blank, and every word of the same look that nobody has reviewed. */
function findNames(file: Buffer, data: readonly Section[]) {
  const found: { name: string; at: number }[] = [];
  const unknown = new Set<string>();
  for (const section of data) {
    const text = file.toString('latin1', section.at, section.at + section.size);
    for (const m of text.matchAll(/(?<!_)(?:BUN_[A-Z]|NODE_[A-Z])[A-Za-z0-9_]*/g)) {
      // Rust strings stand without a separator ("BUN_OPTIONSBUN_INSPECT"), so one word may hold several names.
      // After an underscore it is the middle of a longer name ("SUPPRESS_CRASH_IN_BUN_RUN").
      for (const inner of m[0].matchAll(/(?<!_)(?:BUN_|NODE_)/g)) {
        const rest = m[0].slice(inner.index);
        const name = ALL_DEAD.find((n) => rest.startsWith(n));
        if (name) found.push({ name, at: section.at + m.index + inner.index });
        else if (/^BUN_[A-Z]{2}/.test(rest) && !NOT_VARIABLES.some((n) => rest.startsWith(n))) unknown.add(rest);
      }
    }
  }
  return { found, unknown: [...unknown] };
}

const ENGINE_PREFIX = 'BUN_JSC_';

/** x64: `cmp byte [reg+i], letter` and `jne`, eight times. Returns where the first jne stands and its replacement. */
function findEngineX64(file: Buffer, code: readonly Section[]) {
  const hex = (n: number) => `\\x${n.toString(16).padStart(2, '0')}`;
  const compare = (i: number) =>
    `\\x41?\\x80${i === 0 ? '[\\x38-\\x3f]\\x24?' : `[\\x78-\\x7f]\\x24?${hex(i)}`}${hex(ENGINE_PREFIX.charCodeAt(i))}`;
  const rest = Array.from(ENGINE_PREFIX.slice(1), (_, i) => compare(i + 1)).join('(?:\\x75.|\\x0f\\x85.{4})');
  const pattern = new RegExp(`(${compare(0)})(?:(\\x75.)|\\x0f\\x85.{4})${rest}`, 'gs');
  const changes: { at: number; bytes: number[] }[] = [];
  for (const section of code) {
    const text = file.toString('latin1', section.at, section.at + section.size);
    for (const m of text.matchAll(pattern)) {
      changes.push({ at: section.at + m.index + m[1]!.length, bytes: m[2] ? [0xeb] : [0x90, 0xe9] });
    }
  }
  return changes;
}

/** arm64: `ldrb; cmp wN, #letter; b.ne`, eight times. The first b.ne becomes "branch always" (condition 14). */
function findEngineArm64(file: Buffer, code: readonly Section[]) {
  const isCompare = (word: number, letter: number) => (word & 0xfffffc1f) >>> 0 === (0x7100001f | (letter << 10)) >>> 0;
  const changes: { at: number; bytes: number[] }[] = [];
  for (const section of code) {
    for (let at = section.at; at < section.at + section.size - 100; at += 4) {
      if (!isCompare(file.readUInt32LE(at), ENGINE_PREFIX.charCodeAt(0))) continue;
      const all = Array.from(ENGINE_PREFIX).every((c, i) => isCompare(file.readUInt32LE(at + 12 * i), c.charCodeAt(0)));
      const jump = file.readUInt32LE(at + 4);
      if (all && (jump & 0xff00001f) >>> 0 === 0x54000001) changes.push({ at: at + 4, bytes: [(jump & 0xf0) | 0x0e] });
    }
  }
  return changes;
}

/**
 * Edits the Bun executable (or Bun runtime) at `path` in place so that its environment cannot make it run other code.
 * Throws, with nothing written, when a count differs from the reviewed one, when a variable nobody has reviewed turns up,
 * and when the file was hardened before. Mach-O files must be hardened before they are signed.
 */
export function harden(path: string): HardenReport {
  const file = readFileSync(path);
  const program = open(file);
  const { found, unknown } = findNames(file, program.data);
  const names: Record<string, number> = {};
  for (const { name } of found) names[name] = (names[name] ?? 0) + 1;
  const engine = program.cpu === 'x64' ? findEngineX64(file, program.code) : findEngineArm64(file, program.code);

  const surprises = Object.entries(CRITICAL)
    .filter(([name, expected]) => names[name] !== expected)
    .map(([name, expected]) => `${name}: ${names[name] ?? 0} places instead of ${expected}`);
  if (engine.length !== 1) surprises.push(`engine options: ${engine.length} code places instead of 1`);
  for (const word of unknown) surprises.push(`${word}: a variable that was never reviewed`);
  if (surprises.length > 0) {
    throw new Error(`${path} is not the Bun that scripts/harden.ts was written for:\n  ${surprises.join('\n  ')}`);
  }

  const fd = openSync(path, 'r+');
  try {
    if (fstatSync(fd).nlink > 1) throw new Error(`${path} has a second name (hard link); harden a copy of its own`);
    for (const { at } of found) writeSync(fd, Uint8Array.of(0), 0, 1, at);
    for (const { at, bytes } of engine) writeSync(fd, Uint8Array.from(bytes), 0, bytes.length, at);
  } finally {
    closeSync(fd);
  }
  return { format: program.format, cpu: program.cpu, names, places: found.length, engine: engine.length };
}

/** The critical variables that are alive in an executable's bytes, and whether it still takes engine options. */
export function alive(bytes: Uint8Array): { names: string[]; engine: boolean } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const program = open(file);
  const names = new Set(findNames(file, program.data).found.map((f) => f.name));
  const engine = program.cpu === 'x64' ? findEngineX64(file, program.code) : findEngineArm64(file, program.code);
  return { names: Object.keys(CRITICAL).filter((name) => names.has(name)), engine: engine.length > 0 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2)) {
    const { format, cpu, places, engine } = harden(path);
    process.stdout.write(`${path}: ${format} ${cpu}, ${places} names and ${engine} code place blanked\n`);
  }
}
