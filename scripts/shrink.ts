// Takes zeros out of a compiled Linux program: the languages that trim.ts cleared, and the zeroed memory that Bun's
// compiler writes into the file when it appends the program behind it. A loadable segment is cut where they are; nothing
// that is left moves in memory, so no code and no pointer changes. In a read-only segment the places become gaps that
// nobody looks at; in a writable one the kernel gives zeroed memory there, as for any .bss (System V ABI, "Program Header").
import { readFileSync, writeFileSync } from 'node:fs';
import { leftOutRanges } from './trim.ts';

/** A program header of a 64-bit ELF file; sizes and places in bytes. */
interface Segment {
  readonly type: number;
  readonly flags: number;
  offset: number;
  readonly vaddr: number;
  filesz: number;
  memsz: number;
  readonly align: number;
}

/** A stretch of the file that leaves it. */
interface Hole {
  readonly from: number;
  readonly to: number;
}

const PT_LOAD = 1;
const PT_PHDR = 6;
const PF_W = 2;
const SHT_NOBITS = 8;
const HEADER = 56;
/** A cut costs a mapping at each start: shorter stretches stay. Bytes. */
const WORTH = 128 * 1024;

const big = (value: bigint): number => Number(value);

function readSegments(file: Buffer): Segment[] {
  const start = big(file.readBigUInt64LE(32));
  return Array.from({ length: file.readUInt16LE(56) }, (_, k) => {
    const at = start + k * HEADER;
    const word = (field: number) => big(file.readBigUInt64LE(at + field));
    return {
      type: file.readUInt32LE(at),
      flags: file.readUInt32LE(at + 4),
      offset: word(8),
      vaddr: word(16),
      filesz: word(32),
      memsz: word(40),
      align: word(48),
    };
  });
}

function writeSegments(file: Buffer, at: number, segments: readonly Segment[]): void {
  file.writeBigUInt64LE(BigInt(at), 32);
  file.writeUInt16LE(segments.length, 56);
  for (const s of segments) {
    file.writeUInt32LE(s.type, at);
    file.writeUInt32LE(s.flags, at + 4);
    const words = [s.offset, s.vaddr, s.vaddr, s.filesz, s.memsz, s.align];
    for (const [k, word] of words.entries()) file.writeBigUInt64LE(BigInt(word), at + 8 + 8 * k);
    at += HEADER;
  }
}

/** The section headers: where they are, and the fields that a cut changes. */
function sections(file: Buffer) {
  const start = big(file.readBigUInt64LE(40));
  return Array.from({ length: file.readUInt16LE(60) }, (_, k) => {
    const at = start + 64 * k;
    const word = (field: number) => big(file.readBigUInt64LE(at + field));
    return { at, type: file.readUInt32LE(at + 4), vaddr: word(16), offset: word(24), size: word(32) };
  });
}

const within = (s: Segment, at: number) => at >= s.offset && at < s.offset + s.filesz;

/** The stretches of zeros, cut to whole pages of their segment, in order. */
function holesOf(file: Buffer, segments: readonly Segment[]): Hole[] {
  const loads = segments.filter((s) => s.type === PT_LOAD);
  const candidates = leftOutRanges(file);
  for (const s of sections(file)) {
    // .bss of the runtime: not in its file, but in that of a program with something behind it.
    const load = loads.find((l) => s.vaddr >= l.vaddr && s.vaddr < l.vaddr + l.filesz);
    if (s.type !== SHT_NOBITS || !load || !(load.flags & PF_W)) continue;
    const from = load.offset + (s.vaddr - load.vaddr);
    candidates.push({ from, to: Math.min(from + s.size, load.offset + load.filesz) });
  }
  const holes: Hole[] = [];
  for (const { from, to } of candidates.sort((a, b) => a.from - b.from)) {
    const load = loads.find((l) => within(l, from));
    if (!load || to > load.offset + load.filesz) continue;
    // Where pages begin is a matter of addresses; offset and address of a segment agree below its alignment.
    const shift = load.vaddr - load.offset;
    const hole = {
      from: Math.ceil((from + shift) / load.align) * load.align - shift,
      to: Math.floor((to + shift) / load.align) * load.align - shift,
    };
    if (hole.to - hole.from < WORTH || hole.from < (holes.at(-1)?.to ?? 0)) continue;
    if (file.subarray(hole.from, hole.to).some((byte) => byte !== 0)) continue;
    holes.push(hole);
  }
  return holes;
}

/** Cuts a segment at the holes within it; offsets are still those of the old file. */
function cut(segment: Segment, holes: readonly Hole[]): Segment[] {
  if (segment.type !== PT_LOAD) return [segment];
  const pieces = [segment];
  for (const hole of holes) {
    const last = pieces.at(-1)!;
    if (!within(last, hole.from)) continue;
    const rest = hole.to - last.offset;
    pieces.push({
      ...last,
      offset: hole.to,
      vaddr: last.vaddr + rest,
      filesz: last.filesz - rest,
      memsz: last.memsz - rest,
    });
    last.filesz = hole.from - last.offset;
    last.memsz = last.flags & PF_W ? rest : last.filesz;
  }
  return pieces.filter((p) => p.memsz > 0);
}

/** The bytes of `file` without its zeros, and how many went; the same bytes when there is nothing to take out. */
export function shrunk(file: Buffer): { file: Buffer; bytes: number } {
  const isElf64 = file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1;
  // A table of segments that is not where linkers put it was moved by us: in such a file places are no longer addresses.
  if (!isElf64 || file.readBigUInt64LE(32) !== 64n) return { file, bytes: 0 };
  const segments = readSegments(file);
  let holes = holesOf(file, segments);
  // The longer table of segments finds its place in the first hole, which has to belong to the first segment: old kernels
  // take the distance between the table and the start of the program from the file.
  const [first] = holes;
  const load = segments.find((s) => s.type === PT_LOAD);
  if (!first || !load || load.offset !== 0 || !within(load, first.from)) return { file, bytes: 0 };
  const tableAt = first.from;
  holes = [{ from: first.from + load.align, to: first.to }, ...holes.slice(1)];
  const moved = (at: number) => at - holes.reduce((sum, h) => sum + Math.max(0, Math.min(at, h.to) - h.from), 0);

  const pieces = segments.flatMap((s) => cut({ ...s }, holes));
  if (pieces.length * HEADER > load.align) throw new Error(`${pieces.length} segments do not fit into a page`);
  for (const p of pieces) {
    p.offset = moved(p.offset);
    if (p.type === PT_PHDR) {
      Object.assign(p, { offset: tableAt, vaddr: load.vaddr + tableAt, filesz: pieces.length * HEADER });
      p.memsz = p.filesz;
    }
  }
  for (const s of sections(file)) {
    const cutAt = holes.find((h) => h.from > s.offset && h.from < s.offset + s.size)?.from;
    // One header cannot say "in pieces": it names the first. Only debuggers look at it.
    if (cutAt !== undefined && s.type !== SHT_NOBITS) file.writeBigUInt64LE(BigInt(cutAt - s.offset), s.at + 32);
    file.writeBigUInt64LE(BigInt(moved(s.offset)), s.at + 24);
  }
  file.writeBigUInt64LE(BigInt(moved(big(file.readBigUInt64LE(40)))), 40);
  writeSegments(file, tableAt, pieces);
  const kept = [0, ...holes.map((h) => h.to)].map((from, k) => file.subarray(from, holes[k]?.from ?? file.length));
  const out = Buffer.concat(kept);
  return { file: out, bytes: file.length - out.length };
}

/** Takes the zeros out of the compiled program at `path`, in place; the number of bytes that went. */
export function shrink(path: string): number {
  const { file, bytes } = shrunk(readFileSync(path));
  if (bytes > 0) writeFileSync(path, file);
  return bytes;
}
