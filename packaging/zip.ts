// A zip archive (PKWARE's APPNOTE, without its extensions): what Windows opens by itself.
import { crc32, deflateRawSync } from 'node:zlib';
import { byPath, type Entry } from '../image/tar.ts';

/** MS-DOS date and time of the first moment zip can express, 1980-01-01; archives carry no other. */
const DOS_TIME = 0x00210000;
const UTF8 = 0x0800;
const MADE_BY_UNIX = 3 << 8;

/** A zip archive of the regular files among the entries, sorted, all with one time. */
export function writeZip(entries: readonly Entry[]): Uint8Array {
  const files = entries.filter((e) => e.type === 'file').sort(byPath);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const e of files) {
    const name = Buffer.from(e.path);
    const data = e.data!;
    const packed = deflateRawSync(data, { level: 9 });
    // Fields that the local header and the directory share, from "version needed" to the length of the extra field.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(UTF8, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(DOS_TIME, 6);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), shared, name, packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(((0o100000 | e.mode) << 16) >>> 0, 6);
    place.writeUInt32LE(at, 10);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(20 | MADE_BY_UNIX, 0);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), madeBy, shared, place, name);
    at += 4 + shared.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
