// Writing zip files member by member, so that an archive of any size needs the memory of its largest member
// (PKWARE APPNOTE 4.3; the 64-bit records of 4.3.14 and 4.5.3 where the old fields are too small).

const most16 = 0xffff;
const most32 = 0xffff_ffff;
/** Names are UTF-8 (APPNOTE 4.4.4, bit 11). */
const utf8Names = 0x0800;

/** Where the bytes go. */
export interface ByteWriter {
  write(chunk: Uint8Array): Promise<void>;
}

/** A zip file in the making. */
export interface ZipWriter {
  /** Packs and writes one member. */
  add(name: string, content: Uint8Array): Promise<void>;
  /** Writes the directory; nothing can be added afterwards. */
  end(): Promise<void>;
}

interface Written {
  readonly name: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Starts a zip file; all members get this time (unix milliseconds, shown in UTC). */
export function writeZip(out: ByteWriter, time: number): ZipWriter {
  const members: Written[] = [];
  const stamp = dosTime(time);
  let at = 0;

  async function put(bytes: Uint8Array): Promise<void> {
    await out.write(bytes);
    at += bytes.length;
  }

  return {
    async add(name, content) {
      const zlib = await import('node:zlib');
      // A few bytes do not get smaller.
      const method = content.length < 64 ? 0 : 8;
      const packed = method === 0 ? content : await deflated(zlib, content);
      const member: Written = {
        name: new TextEncoder().encode(name),
        method,
        crc: zlib.crc32(content),
        packed: packed.length,
        size: content.length,
        at,
      };
      await put(localHeader(member, stamp));
      await put(packed);
      members.push(member);
    },
    async end() {
      const start = at;
      for (const member of members) await put(directoryEntry(member, stamp));
      await put(directoryEnd(members.length, start, at - start));
    },
  };
}

/** Small members are packed at once: a thread for each costs more than the packing. */
function deflated(zlib: typeof import('node:zlib'), content: Uint8Array): Uint8Array | Promise<Uint8Array> {
  if (content.length < 65_536) return zlib.deflateRawSync(content);
  return new Promise((resolve, reject) => {
    zlib.deflateRaw(content, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** Fields in their order: numbers of 2, 4 or 8 bytes, little end first. */
function fields(...list: readonly (readonly [size: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of list) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

type Stamp = readonly [time: number, date: number];

function localHeader({ name, method, crc, packed, size }: Written, [time, date]: Stamp): Uint8Array {
  const head = fields(
    ...([
      [4, 0x04034b50],
      [2, 20],
      [2, utf8Names],
      [2, method],
      [2, time],
      [2, date],
      [4, crc],
    ] as const),
    ...([
      [4, packed],
      [4, size],
      [2, name.length],
      [2, 0],
    ] as const),
  );
  return joined(head, name);
}

function directoryEntry({ name, method, crc, packed, size, at }: Written, [time, date]: Stamp): Uint8Array {
  const far = at >= most32;
  const extra = far ? fields([2, 1], [2, 8], [8, at]) : new Uint8Array(0);
  // Made by Unix (3), a plain file its owner may write and all may read.
  const head = fields(
    ...([
      [4, 0x02014b50],
      [2, 0x0314],
      [2, far ? 45 : 20],
      [2, utf8Names],
      [2, method],
      [2, time],
      [2, date],
    ] as const),
    ...([
      [4, crc],
      [4, packed],
      [4, size],
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
    ] as const),
    ...([
      [4, 0o100644 * 0x10000],
      [4, Math.min(at, most32)],
    ] as const),
  );
  return joined(head, name, extra);
}

function directoryEnd(count: number, start: number, size: number): Uint8Array {
  const old = fields(
    ...([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, Math.min(count, most16)],
      [2, Math.min(count, most16)],
    ] as const),
    ...([
      [4, Math.min(size, most32)],
      [4, Math.min(start, most32)],
      [2, 0],
    ] as const),
  );
  if (count < most16 && start + size < most32) return old;
  const wide = fields(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
    ] as const),
    ...([
      [8, count],
      [8, count],
      [8, size],
      [8, start],
    ] as const),
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]);
  return joined(wide, locator, old);
}

/** The two words of MS-DOS, in steps of two seconds from 1980 on. */
function dosTime(ms: number): Stamp {
  const d = new Date(ms);
  const time = (d.getUTCHours() << 11) | (d.getUTCMinutes() << 5) | (d.getUTCSeconds() >> 1);
  const date = (Math.max(0, d.getUTCFullYear() - 1980) << 9) | ((d.getUTCMonth() + 1) << 5) | d.getUTCDate();
  return [time, date];
}
