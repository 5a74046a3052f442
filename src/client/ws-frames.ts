import { fail } from '#base/errors.ts';
import { joinBytes, textOf } from '#wire/bytes.ts';

/** Opcodes of RFC 6455 section 5.2. */
export const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** permessage-deflate without context takeover (RFC 7692): each message stands alone. */
export interface Deflate {
  compress(bytes: Uint8Array): Uint8Array;
  expand(bytes: Uint8Array): Uint8Array;
}

const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);
/** The largest message taken apart or put together: bounds what a hostile peer can make us hold. */
const MAX_MESSAGE = 256 * 1024 * 1024;

export async function loadDeflate(): Promise<Deflate> {
  const { constants, deflateRawSync, inflateRawSync } = await import('node:zlib');
  const finishFlush = constants.Z_SYNC_FLUSH;
  return {
    compress: (bytes) => {
      const out = deflateRawSync(bytes, { finishFlush });
      return new Uint8Array(out.buffer, out.byteOffset, out.length - TAIL.length);
    },
    expand: (bytes) => {
      const out = inflateRawSync(joinBytes([bytes, TAIL]), { finishFlush, maxOutputLength: MAX_MESSAGE });
      return new Uint8Array(out.buffer, out.byteOffset, out.length);
    },
  };
}

let keys = new Uint8Array(0);
let keyAt = 0;

/** Masking keys must be unpredictable (section 5.3); drawing them one by one would cost more than the mask itself. */
function nextKey(into: Uint8Array, at: number): void {
  if (keyAt >= keys.length) {
    keys = crypto.getRandomValues(new Uint8Array(4096));
    keyAt = 0;
  }
  for (let i = 0; i < 4; i++) into[at + i] = keys[keyAt++]!;
}

/** Below this compression makes frames longer. */
const SMALL = 64;

/** One final, masked frame. */
export function encodeWsFrame(op: number, given: Uint8Array, deflate?: Deflate): Uint8Array {
  const squeezed = deflate !== undefined && given.length > SMALL;
  const payload = squeezed ? deflate.compress(given) : given;
  const length = payload.length;
  const extra = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const head = 2 + extra + 4;
  const frame = new Uint8Array(head + length);
  frame[0] = 0x80 | (squeezed ? 0x40 : 0) | op;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  const view = new DataView(frame.buffer);
  if (extra === 2) view.setUint16(2, length);
  else if (extra === 8) view.setBigUint64(2, BigInt(length));
  nextKey(frame, head - 4);
  const k = [frame[head - 4]!, frame[head - 3]!, frame[head - 2]!, frame[head - 1]!];
  for (let i = 0; i < length; i++) frame[head + i] = payload[i]! ^ k[i & 3]!;
  return frame;
}

export interface WsEvents {
  /** Bytes of a data message, in pieces as they come; good until the call returns. */
  data(bytes: Uint8Array): void;
  ping(payload: Uint8Array): void;
  close(code: number, reason: string): void;
}

export interface WsReader {
  feed(chunk: Uint8Array): void;
}

const bad = (what: string): Error => fail('unreachable', `nats: websocket: ${what}`);

interface Head {
  op: number;
  fin: boolean;
  packed: boolean;
  length: number;
  /** Bytes of the frame header. */
  size: number;
}

/** The frame header at the start of the bytes, or undefined when more are needed. */
function readHead(b: Uint8Array, deflate: boolean): Head | undefined {
  if (b.length < 2) return undefined;
  const first = b[0]!;
  const op = first & 15;
  const short = b[1]! & 127;
  if ((first & 0x30) !== 0 || ((first & 0x40) !== 0 && (!deflate || op >= 8))) throw bad('reserved bits set');
  if ((b[1]! & 0x80) !== 0) throw bad('masked frame from a server');
  if (op > 2 && op < 8) throw bad('unknown opcode');
  if (op > 10) throw bad('unknown opcode');
  const fin = (first & 0x80) !== 0;
  if (op >= 8 && (!fin || short > 125)) throw bad('bad control frame');
  const size = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (b.length < size) return undefined;
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const long = short === 127 ? view.getBigUint64(2) : BigInt(short === 126 ? view.getUint16(2) : short);
  if (long > BigInt(MAX_MESSAGE)) throw bad('frame too large');
  return { op, fin, packed: (first & 0x40) !== 0, length: Number(long), size };
}

/** Takes frames apart. Throws a BoxError for anything RFC 6455 forbids a server to send. */
export function createWsReader(deflate: Deflate | undefined, events: WsEvents): WsReader {
  let head: Uint8Array = new Uint8Array(0);
  let frame: Head | undefined;
  let left = 0;
  /** Pieces of a control frame or of a compressed message. */
  let pieces: Uint8Array[] = [];
  let packed: Uint8Array[] | undefined;
  let packedSize = 0;
  let open = false;

  function begin(f: Head): void {
    if (f.op < 8) {
      if (f.op === OP.continuation ? !open : open) throw bad('message fragments out of order');
      open = !f.fin;
      if (f.op !== OP.continuation) packed = f.packed ? [] : undefined;
      packedSize = f.op === OP.continuation ? packedSize : 0;
    }
    frame = f;
    left = f.length;
    pieces = [];
  }

  function control(f: Head): void {
    const payload = joinBytes(pieces);
    if (f.op === OP.ping) events.ping(payload);
    else if (f.op === OP.close) {
      const code = payload.length >= 2 ? (payload[0]! << 8) | payload[1]! : 1005;
      events.close(code, textOf(payload, 2).replace(/[^\x20-\x7e]/g, '.'));
    }
  }

  function body(f: Head, bytes: Uint8Array): void {
    if (f.op >= 8) pieces.push(bytes.slice());
    else if (packed) {
      packedSize += bytes.length;
      if (packedSize > MAX_MESSAGE) throw bad('message too large');
      packed.push(bytes.slice());
    } else events.data(bytes);
  }

  function expanded(whole: Uint8Array): Uint8Array {
    try {
      return deflate!.expand(whole);
    } catch {
      throw bad('compressed message cannot be read');
    }
  }

  function finish(f: Head): void {
    frame = undefined;
    if (f.op >= 8) control(f);
    else if (f.fin && packed) {
      const whole = joinBytes(packed);
      packed = undefined;
      events.data(expanded(whole));
    }
  }

  return {
    feed: (chunk) => {
      let at = 0;
      while (at < chunk.length || (frame && left === 0)) {
        if (!frame) {
          // Headers are a few bytes: taking them one by one keeps the split case the normal case.
          head = joinBytes([head, chunk.subarray(at, at + 1)]);
          at++;
          const found = readHead(head, deflate !== undefined);
          if (!found) continue;
          head = new Uint8Array(0);
          begin(found);
        }
        const take = Math.min(left, chunk.length - at);
        if (take > 0) body(frame!, chunk.subarray(at, at + take));
        at += take;
        left -= take;
        if (left === 0) finish(frame!);
      }
    },
  };
}
