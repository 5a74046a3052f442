// Reading and writing tar: the reader takes what dpkg writes (ustar, GNU long names, pax), the writer has one output for
// one input - sorted, with one time, numeric owners only.

/** One thing in a file system tree. Paths have neither a leading nor a trailing slash. */
export interface Entry {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'link';
  /** Permission bits, including the sticky bit. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Content of a file; shared with other entries, so never written to. */
  readonly data?: Uint8Array;
  /** Target of a symbolic link, as it stands in the link. */
  readonly target?: string;
}

const BLOCK = 512;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

function text(block: Uint8Array, at: number, size: number): string {
  const end = block.indexOf(0, at);
  return decoder.decode(block.subarray(at, end === -1 || end > at + size ? at + size : end));
}

function number(block: Uint8Array, at: number, size: number): number {
  if (block[at]! & 0x80) throw new Error('a tar field in base-256, which no Debian package has');
  return Number.parseInt(text(block, at, size).trim() || '0', 8);
}

function clean(path: string): string {
  const parts = path.split('/').filter((p) => p !== '' && p !== '.');
  if (parts.includes('..')) throw new Error(`a tar entry that climbs out of its root: ${path}`);
  return parts.join('/');
}

function paxFields(data: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const size = Number(decoder.decode(data.subarray(at, space)));
    const [key, value] = decoder.decode(data.subarray(space + 1, at + size - 1)).split(/=(.*)/s);
    fields.set(key!, value ?? '');
    at += size;
  }
  return fields;
}

/** Entries of a tar archive in their order. Hard links become files; devices and pipes are an error. */
export function readTar(archive: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const files = new Map<string, Entry>();
  let long: { path?: string; target?: string } = {};
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const head = archive.subarray(at, at + BLOCK);
    if (head[0] === 0) break;
    const size = number(head, 124, 12);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = String.fromCharCode(head[156]!);
    if (kind === 'L') long = { ...long, path: text(data, 0, size) };
    else if (kind === 'K') long = { ...long, target: text(data, 0, size) };
    else if (kind === 'x') {
      const fields = paxFields(data);
      const [path, target] = [fields.get('path'), fields.get('linkpath')];
      long = { ...(path ? { path } : {}), ...(target ? { target } : {}) };
    } else if (kind !== 'g') {
      const prefix = text(head, 257, 5) === 'ustar' && head[263] !== 0x20 ? text(head, 345, 155) : '';
      const path = clean(long.path ?? (prefix ? `${prefix}/${text(head, 0, 100)}` : text(head, 0, 100)));
      const target = long.target ?? text(head, 157, 100);
      const rights = { mode: number(head, 100, 8) & 0o7777, uid: number(head, 108, 8), gid: number(head, 116, 8) };
      long = {};
      if (path === '') continue;
      const entry = entryOf(kind, path, target, data, rights, files);
      if (entry.type === 'file') files.set(path, entry);
      entries.push(entry);
    }
  }
  return entries;
}

function entryOf(
  kind: string,
  path: string,
  target: string,
  data: Uint8Array,
  rights: { mode: number; uid: number; gid: number },
  files: ReadonlyMap<string, Entry>,
): Entry {
  if (kind === '0' || kind === '\0') return { path, type: 'file', ...rights, data };
  if (kind === '5') return { path, type: 'dir', ...rights };
  if (kind === '2') return { path, type: 'link', ...rights, mode: 0o777, target };
  if (kind === '1') {
    const same = files.get(clean(target));
    if (!same) throw new Error(`${path} is a hard link to ${target}, which the archive does not hold`);
    return { ...same, path };
  }
  throw new Error(`${path} is neither a file, a folder nor a link (tar type ${JSON.stringify(kind)})`);
}

function header(name: string, kind: string, size: number, entry: Entry, time: number, target: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (value: string, at: number) => block.set(encoder.encode(value), at);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  put(name, 0);
  put(octal(entry.mode, 8), 100);
  put(octal(entry.uid, 8), 108);
  put(octal(entry.gid, 8), 116);
  put(octal(size, 12), 124);
  put(octal(time, 12), 136);
  put('        ', 148);
  put(kind, 156);
  put(target, 157);
  put('ustar', 257);
  put('00', 263);
  put(octal(0, 8), 329);
  put(octal(0, 8), 337);
  const sum = block.reduce((a, b) => a + b, 0);
  put(`${octal(sum, 7)}\0 `, 148);
  return block;
}

function paxRecord(key: string, value: string): string {
  const bare = encoder.encode(` ${key}=${value}\n`).length;
  let size = bare + String(bare).length;
  if (bare + String(size).length !== size) size = bare + String(size).length;
  return `${size} ${key}=${value}\n`;
}

/** Order of paths in an archive: by bytes, so that a folder precedes what is in it. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A tar archive of the entries, sorted, every time stamp being `time` (seconds since 1970). */
export function writeTar(entries: readonly Entry[], time: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  const push = (bytes: Uint8Array) => {
    blocks.push(bytes);
    if (bytes.length % BLOCK) blocks.push(new Uint8Array(BLOCK - (bytes.length % BLOCK)));
  };
  for (const entry of [...entries].sort(byPath)) {
    const name = entry.type === 'dir' ? `${entry.path}/` : entry.path;
    const target = entry.target ?? '';
    const records = [
      ...(encoder.encode(name).length > 100 ? [paxRecord('path', name)] : []),
      ...(encoder.encode(target).length > 100 ? [paxRecord('linkpath', target)] : []),
    ].join('');
    if (records) {
      const data = encoder.encode(records);
      push(header('pax', 'x', data.length, { ...entry, mode: 0o644 }, time, ''));
      push(data);
    }
    const kind = { file: '0', dir: '5', link: '2' }[entry.type];
    const short = (s: string) => (encoder.encode(s).length > 100 ? '' : s);
    push(header(short(name) || 'long-name', kind, entry.data?.length ?? 0, entry, time, short(target)));
    if (entry.data?.length) push(entry.data);
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(blocks);
}
