// Turns off a helper of the JavaScript engine that a short program pays for and never uses: once 64 blocks of its heap
// are in use, JavaScriptCore starts a thread that touches 32 more (16 KiB each) ahead of time. Of a one-shot command that
// is every tenth page fault. The engine has an option for it (warmUpMarkedBlockCount, 0 is off), but options come from
// the environment only, so the default is changed where the engine sets it. The count and the limit stand side by side
// in its options and are written as one 64-bit constant, 64 << 32 | 32. This is about speed alone: where the constant is not
// found exactly once the runtime stays as it is.
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

function changes(file: Buffer): Change[] {
  const text = file.toString('latin1');
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

/** Turns it off in the runtime at `path`, in place; false where the place was not found and nothing was changed. */
export function calm(path: string): boolean {
  const found = changes(readFileSync(path));
  const [change] = found;
  if (!change || found.length > 1) return false;
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, change.bytes, 0, change.bytes.length, change.at);
  } finally {
    closeSync(fd);
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2)) {
    process.stdout.write(`${path}: ${calm(path) ? 'no longer touches memory ahead' : 'left as it is'}\n`);
  }
}
