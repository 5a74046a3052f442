// Signs a Mach-O executable by itself ("ad hoc"), as Apple's linker does. Bun's compiler leaves the program for Intel with
// the signature of its own runtime, which no longer fits: macOS ends such a process when it looks at a changed page.
// Layout of the blobs: "kern/cs_blobs.h" of XNU. Their numbers are big-endian, those of the file itself little-endian.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const DIRECTORY_HEADER = 88;
const VERSION = 0x20400;
/** CS_ADHOC and CS_LINKER_SIGNED: nobody vouches for it, and codesign may put another one in its place. */
const FLAGS = 0x20002;
const MAIN_BINARY = 1n;
const SHA256 = 2;
const HASH = 32;
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const IDENT = 'natsbox\0';

interface Places {
  /** Where the load command of the signature and that of the last segment stand. */
  readonly command: number;
  readonly linkedit: number;
  /** Where the signature begins in the file, which is where what it covers ends. */
  readonly limit: number;
  readonly size: number;
  /** Bytes of the segment with the code. */
  readonly text: bigint;
}

function places(file: Buffer): Places {
  if (file.length < 32 || file.readUInt32LE(0) !== 0xfeedfacf) throw new Error('no 64-bit Mach-O file');
  let command = 0;
  let linkedit = 0;
  let text = 0n;
  let at = 32;
  for (let n = file.readUInt32LE(16); n > 0; n--) {
    const kind = file.readUInt32LE(at);
    if (kind === LC_CODE_SIGNATURE) command = at;
    if (kind === LC_SEGMENT_64) {
      const name = file.toString('latin1', at + 8, at + 24).replace(/\0+$/, '');
      if (name === '__LINKEDIT') linkedit = at;
      if (name === '__TEXT') text = file.readBigUInt64LE(at + 48);
    }
    at += file.readUInt32LE(at + 4);
  }
  if (!command || !linkedit) throw new Error('a Mach-O file without room for a signature');
  return { command, linkedit, limit: file.readUInt32LE(command + 8), size: file.readUInt32LE(command + 12), text };
}

function* pageHashes(file: Buffer, limit: number): Generator<Buffer> {
  for (let at = 0; at < limit; at += PAGE) {
    yield createHash('sha256')
      .update(file.subarray(at, Math.min(at + PAGE, limit)))
      .digest();
  }
}

/**
 * What is wrong with the signature of a Mach-O file: nothing when it covers all that stands before it, and each of its
 * hashes is that of its page. Throws for other files.
 */
export function signatureFaults(file: Buffer): string[] {
  const { limit, size } = places(file);
  if (limit + size !== file.length) return [`the signature ends at ${limit + size}, the file at ${file.length}`];
  if (file.readUInt32BE(limit) !== SUPER_BLOB) return ['there is no signature where the header says'];
  for (let k = 0; k < file.readUInt32BE(limit + 8); k++) {
    const at = limit + file.readUInt32BE(limit + 16 + 8 * k);
    if (file.readUInt32BE(at) !== CODE_DIRECTORY) continue;
    if (file.readUInt32BE(at + 32) !== limit) return ['the signature does not cover the whole program'];
    if (file[at + 37] !== SHA256 || file[at + 39] !== PAGE_BITS) return ['hashes of an unknown kind'];
    const hashes = at + file.readUInt32BE(at + 16);
    let wrong = 0;
    let page = 0;
    for (const is of pageHashes(file, limit)) {
      const from = hashes + HASH * page++;
      if (!is.equals(file.subarray(from, from + HASH))) wrong++;
    }
    return wrong === 0 ? [] : [`${wrong} of ${page} pages are not the signed ones`];
  }
  return ['the signature has no code directory'];
}

/** The blob to stand at `limit`. */
function signature(file: Buffer, limit: number, text: bigint): Buffer {
  const pages = Math.ceil(limit / PAGE);
  const length = DIRECTORY_HEADER + IDENT.length + pages * HASH;
  const blob = Buffer.alloc(20 + length);
  for (const [k, word] of [SUPER_BLOB, blob.length, 1, 0, 20].entries()) blob.writeUInt32BE(word, 4 * k);
  const directory = blob.subarray(20);
  const hashes = DIRECTORY_HEADER + IDENT.length;
  const words = [CODE_DIRECTORY, length, VERSION, FLAGS, hashes, DIRECTORY_HEADER, 0, pages, limit];
  for (const [k, word] of words.entries()) directory.writeUInt32BE(word, 4 * k);
  directory[36] = HASH;
  directory[37] = SHA256;
  directory[39] = PAGE_BITS;
  directory.writeBigUInt64BE(text, 72);
  directory.writeBigUInt64BE(MAIN_BINARY, 80);
  directory.write(IDENT, DIRECTORY_HEADER, 'latin1');
  let at = hashes;
  for (const hash of pageHashes(file, limit)) at += hash.copy(directory, at);
  return blob;
}

/** Puts a signature that fits into a Mach-O file, where the one it has does not. True when it had to. */
export function sign(path: string): boolean {
  const file = readFileSync(path);
  if (signatureFaults(file).length === 0) return false;
  const { command, linkedit, limit, text } = places(file);
  const size = 20 + DIRECTORY_HEADER + IDENT.length + Math.ceil(limit / PAGE) * HASH;
  // The header is part of what is signed: it says first how long the signature is going to be.
  const segment = BigInt(limit + size) - file.readBigUInt64LE(linkedit + 40);
  const whole = (file.readUInt32LE(4) & 0xff) === 0x0c ? 0x4000n : 0x1000n;
  file.writeUInt32LE(size, command + 12);
  file.writeBigUInt64LE(((segment + whole - 1n) / whole) * whole, linkedit + 32);
  file.writeBigUInt64LE(segment, linkedit + 48);
  writeFileSync(path, Buffer.concat([file.subarray(0, limit), signature(file, limit, text)]));
  return true;
}
