// Reading zip files: the central directory, and members that are stored or deflated (PKWARE APPNOTE 4.3).
import { type BoxError, fail } from '#base/errors.ts';

/** No member of an archive may unpack to more than this. */
const largest = 1 << 30;

/** An open zip file. */
export interface Zip {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The bytes of a member; undefined when there is none of this name. */
  read(name: string): Promise<Uint8Array | undefined>;
}

interface Member {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Reads the directory of a zip file; members are unpacked when they are asked for. */
export function readZip(bytes: Uint8Array): Zip {
  const members = readDirectory(bytes);
  const view = viewOf(bytes);

  async function read(name: string): Promise<Uint8Array | undefined> {
    const member = members.get(name);
    if (!member) return undefined;
    if (member.at + 30 > bytes.length || member.size > largest) throw broken(`${name} is damaged`);
    const start = member.at + 30 + view.getUint16(member.at + 26, true) + view.getUint16(member.at + 28, true);
    const packed = bytes.subarray(start, start + member.packed);
    if (member.method === 0) return packed;
    if (member.method !== 8) throw broken(`${name} is packed in an unknown way (${member.method})`);
    const { inflateRawSync } = await import('node:zlib');
    try {
      return new Uint8Array(inflateRawSync(packed, { maxOutputLength: largest }));
    } catch (error) {
      throw broken(`${name} cannot be unpacked: ${(error as Error).message}`);
    }
  }
  return { names: [...members.keys()], has: (name) => members.has(name), read };
}

function broken(what: string): BoxError {
  return fail('error', 'zip: not a valid zip file', { hint: what });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDirectory(bytes: Uint8Array): Map<string, Member> {
  const view = viewOf(bytes);
  const members = new Map<string, Member>();
  const directory = findDirectory(view);
  let { at } = directory;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw broken('its directory is damaged');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const extraAt = at + 46 + nameLength;
    const next = extraAt + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw broken('its directory is damaged');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, extraAt));
    const [size, packed, start] = wideFields(view, extraAt, extraAt + extraLength, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    members.set(name, { method: view.getUint16(at + 10, true), packed, size, at: start });
    at = next;
  }
  return members;
}

/** Where the directory starts and how many members it lists; from the 64-bit record when there is one (4.3.14). */
function findDirectory(view: DataView): { at: number; count: number } {
  let end = view.byteLength - 22;
  const first = Math.max(0, end - 0xffff);
  while (end >= first && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < first) throw broken('its directory is missing');
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === 0x07064b50) {
    const wide = Number(view.getBigUint64(locator + 8, true));
    if (wide + 56 > view.byteLength || view.getUint32(wide, true) !== 0x06064b50) {
      throw broken('its directory is damaged');
    }
    return { at: Number(view.getBigUint64(wide + 48, true)), count: Number(view.getBigUint64(wide + 32, true)) };
  }
  return { at: view.getUint32(end + 16, true), count: view.getUint16(end + 10, true) };
}

/** Fields that did not fit into 32 bits stand in an extra field, in this order and only those (4.5.3). */
function wideFields(
  view: DataView,
  from: number,
  to: number,
  values: [size: number, packed: number, at: number],
): [size: number, packed: number, at: number] {
  const all = 0xffff_ffff;
  if (!values.includes(all)) return values;
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    return values.map((value) => {
      if (value !== all || field + 8 > to) return value;
      field += 8;
      return Number(view.getBigUint64(field - 8, true));
    }) as typeof values;
  }
  return values;
}
