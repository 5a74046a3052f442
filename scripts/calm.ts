// Defaults of the JavaScript engine and of the allocator that suit a browser and not a command line. Their options come from
// the environment only, so they are changed where they are set. This is about speed alone: what is not found exactly once stays as
// it is.
//
// - Once 64 blocks of its heap are in use, JavaScriptCore starts a thread that touches 32 more (16 KiB each) ahead of time.
//   Of a one-shot command that is every tenth page fault. 0 in place of 64 (warmUpMarkedBlockCount) is off; the count and
//   the limit stand side by side and are written as one 64-bit constant, 64 << 32 | 32.
// - The last and most expensive of its compilers takes a function after 64,000 steps, loops counted
//   (thresholdForFTLOptimizeAfterWarmUp). Scanning bytes gets there within the first thousand messages, and a command that
//   handles some ten thousand of them spent a third of its CPU in that compiler, for code that ran for some milliseconds.
//   The number is the last of four that are copied together. Twenty million steps take about as long as that compiler works
//   on a function, so that waiting never costs more than twice of what knowing the future would.
// - When a program first waits for anything, the allocator starts a thread (scavenger, 1) that every tenth of a second
//   gives the system back what lies free between blocks that are in use (purge_holes, 1). Starting it costs each command
//   that talks to a server 3 ms of CPU, of some 43, and a command that handles messages wants the same pages a moment
//   later. Both off: the holes stay with the program, which fills them again, so that the most it ever takes is the same;
//   whole pages that fall free still go back. The options are a table of 32 bytes each: the value, how it was set, its
//   number, two names.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** x64: `movabs reg, 0x4000000020`, then `mov [rip+n], reg`. */
const X64 = /\x48[\xb8-\xbf]\x20\0{3}\x40\0{3}\x48\x89[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]/g;
/** arm64: `movz xN, #0x20`, whose word begins after five bits of register; `movk xN, #0x40, lsl #32` comes next. */
const ARM64 = /[\0-\x1f]\x04\x80\xd2[\0-\x1f]\x08\xc0\xf2/g;
const ARM64_ZERO = 0xd280_0000;

interface Change {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Changes that keep the engine from touching memory ahead. */
function memory(text: string, file: Buffer): Change[] {
  const x64 = Array.from(text.matchAll(X64), ({ index }) => ({ at: index + 2, bytes: new Uint8Array(4) }));
  const arm64 = Array.from(text.matchAll(ARM64), ({ index }) => index)
    .filter((at) => at % 4 === 0 && file.readUInt8(at) === file.readUInt8(at + 4))
    .map((at) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(ARM64_ZERO + file.readUInt8(at));
      return { at, bytes };
    });
  return [...x64, ...arm64];
}

/** How early functions are compiled: 1000, steps of a loop and of a call, and the default that is changed. */
const STEPS = [1000, 1, 15, 64_000];
const LATE = 20_000_000;

function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((n, i) => void bytes.writeInt32LE(n, i * 4));
  return bytes;
}

/** Changes that make the last compiler wait. */
function compiler(file: Buffer): Change[] {
  const wanted = words(...STEPS);
  const found: Change[] = [];
  for (let at = file.indexOf(wanted); at >= 0; at = file.indexOf(wanted, at + 1)) {
    found.push({ at: at + wanted.length - 4, bytes: words(LATE) });
  }
  return found;
}

/** Options 49 and 50 of the allocator, which are on, and 51, which is off. */
const HOLES = /\x01\0{11}\x31\0{3}[\s\S]{16}\x01\0{11}\x32\0{3}[\s\S]{16}\0{12}\x33\0{3}/g;

/** Changes that leave holes alone: the thread is off, and so is what it does. */
function holes(text: string): Change[] {
  return Array.from(text.matchAll(HOLES), ({ index }) => {
    const bytes = Buffer.from(text.slice(index, index + 33), 'latin1');
    bytes[0] = 0;
    bytes[32] = 0;
    return { at: index, bytes };
  });
}

const DEFAULTS = ['memory', 'compiler', 'holes'] as const;

/** Changes the runtime at `path` in place. Returns what was changed; a default whose place was not found stays. */
export function calm(path: string): (typeof DEFAULTS)[number][] {
  const file = readFileSync(path);
  const text = file.toString('latin1');
  const places = { memory: memory(text, file), compiler: compiler(file), holes: holes(text) };
  const changed = DEFAULTS.filter((what) => places[what].length === 1);
  const fd = openSync(path, 'r+');
  try {
    for (const what of changed) for (const { at, bytes } of places[what]) writeSync(fd, bytes, 0, bytes.length, at);
  } finally {
    closeSync(fd);
  }
  return changed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2))
    process.stdout.write(`${path}: ${calm(path).join(', ') || 'left as it is'}\n`);
}
