// The little of ELF the images need: which libraries a file asks for, and a program without its debugging sections.

interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly at: number;
  readonly size: number;
  readonly link: number;
}

const NOBITS = 8;
const DYNAMIC = 6;

/** Whether the bytes are a 64-bit little-endian ELF file. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length > 64 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function sections(file: Buffer): Section[] {
  const table = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  const raw = Array.from({ length: count }, (_, index) => {
    const h = table + 64 * index;
    return {
      index,
      name: file.readUInt32LE(h),
      type: file.readUInt32LE(h + 4),
      flags: Number(file.readBigUInt64LE(h + 8)),
      address: Number(file.readBigUInt64LE(h + 16)),
      at: Number(file.readBigUInt64LE(h + 24)),
      size: Number(file.readBigUInt64LE(h + 32)),
      link: file.readUInt32LE(h + 40),
    };
  });
  const names = raw[file.readUInt16LE(0x3e)]?.at ?? 0;
  const text = (at: number) => file.toString('latin1', names + at, file.indexOf(0, names + at));
  return raw.map((s) => ({ ...s, name: text(s.name) }));
}

/** What a dynamic ELF file needs to start: its loader, if it names one, and its libraries. Empty for static files. */
export function needs(bytes: Uint8Array): { loader: string | undefined; libraries: string[] } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const all = sections(file);
  const interp = all.find((s) => s.name === '.interp');
  const dynamic = all.find((s) => s.type === DYNAMIC);
  const libraries: string[] = [];
  if (dynamic) {
    const strings = all[dynamic.link]!.at;
    for (let at = dynamic.at; at < dynamic.at + dynamic.size; at += 16) {
      if (file.readBigUInt64LE(at) !== 1n) continue;
      const start = strings + Number(file.readBigUInt64LE(at + 8));
      libraries.push(file.toString('latin1', start, file.indexOf(0, start)));
    }
  }
  const loader = interp ? file.toString('latin1', interp.at, interp.at + interp.size).replace(/\0.*$/, '') : undefined;
  return { loader, libraries };
}

/**
 * The program without the sections that are never loaded (symbols, debugging). Everything loaded keeps its place; the
 * section table is written anew behind it. Works for any processor, which the machine's own strip does not.
 */
export function stripped(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  const loaded = sections(file).filter((s) => s.index === 0 || s.flags & 2);
  const end = Math.max(...loaded.map((s) => s.at + (s.type === NOBITS ? 0 : s.size)));
  const names = Buffer.from(`${loaded.map((s) => s.name).join('\0')}\0.shstrtab\0`, 'latin1');
  const table = Math.ceil((end + names.length) / 8) * 8;
  const out = Buffer.alloc(table + 64 * (loaded.length + 1));
  file.copy(out, 0, 0, end);
  names.copy(out, end);
  const old = Number(file.readBigUInt64LE(0x28));
  let name = 0;
  loaded.forEach((s, i) => {
    file.copy(out, table + 64 * i, old + 64 * s.index, old + 64 * s.index + 64);
    out.writeUInt32LE(name, table + 64 * i);
    name += s.name.length + 1;
    // Links are numbers of other sections, which have moved up.
    const link = loaded.findIndex((t) => t.index === s.link);
    out.writeUInt32LE(Math.max(link, 0), table + 64 * i + 40);
  });
  const last = table + 64 * loaded.length;
  out.writeUInt32LE(name, last);
  out.writeUInt32LE(3, last + 4);
  out.writeBigUInt64LE(BigInt(end), last + 24);
  out.writeBigUInt64LE(BigInt(names.length), last + 32);
  out.writeBigUInt64LE(1n, last + 48);
  out.writeBigUInt64LE(BigInt(table), 0x28);
  out.writeUInt16LE(loaded.length + 1, 0x3c);
  out.writeUInt16LE(loaded.length, 0x3e);
  return out;
}
