// Reading zip files: the central directory, and members that are stored or deflated (PKWARE APPNOTE 4.3).
import { fail } from '#base/errors.ts';

/** No member of an archive may unpack to more than this. */
const largest = 1 << 30;

/** An open zip file. */
export interface Zip {
  readonly names: readonly string[];
  /** The bytes of a member; undefined when there is none of this name. */
  read(name: string): Promise<Uint8Array | undefined>;
}

interface Member {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Reads the directory of a zip file; members are unpacked when they are asked for. `label` stands in errors. */
export function readZip(bytes: Uint8Array, label: string): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (what: string) => fail('error', `${label} is no valid zip archive: ${what}`);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw broken('its directory is missing');
  const count = view.getUint16(end + 10, true);
  const members = new Map<string, Member>();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw broken('its directory is damaged');
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    members.set(name, {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }

  async function read(name: string): Promise<Uint8Array | undefined> {
    const member = members.get(name);
    if (!member) return undefined;
    if (member.at + 30 > bytes.length || member.size > largest) throw broken(`${name} is damaged`);
    const start = member.at + 30 + view.getUint16(member.at + 26, true) + view.getUint16(member.at + 28, true);
    const packed = bytes.subarray(start, start + member.packed);
    if (member.method === 0) return packed;
    if (member.method !== 8) throw broken(`${name} is packed in an unknown way (${member.method})`);
    const { inflateRawSync } = await import('node:zlib');
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: largest }));
  }
  return { names: [...members.keys()], read };
}
