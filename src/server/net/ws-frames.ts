/** Websocket frames (RFC 6455) as a server reads and writes them. */

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const MAX_CONTROL = 125;

/** What a reader finds. */
export interface FrameEvents {
  /** Bytes of a message; `compressed` ones come piece by piece with `last` on the final one. */
  data(bytes: Buffer, compressed: boolean, last: boolean): void;
  control(opcode: number, payload: Buffer): void;
}

export interface FrameReader {
  /** Reads what arrived; payloads are unmasked in place. Returns what is wrong with it, or null. */
  push(chunk: Buffer): string | null;
}

/** Reads frames of a client. `masked`: frames must be; `deflate`: compressed messages were agreed on. */
export function frameReader(options: { masked: boolean; deflate: boolean }, events: FrameEvents): FrameReader {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let inFrame = false;
  let inMessage = false;
  let compressed = false;
  let final = true;
  let control = -1;
  let parts: Buffer[] = [];
  const mask = new Uint8Array(4);
  let at = 0;

  const unmask = (bytes: Buffer): void => {
    if (!options.masked) return;
    for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! ^ mask[(at + i) & 3]!;
    at = (at + bytes.length) & 3;
  };

  /** Bytes the header takes, as far as can be told; more than there are when it is incomplete. */
  const headLength = (b: Buffer): number => {
    if (b.length < 2) return 2;
    const size = b[1]! & 127;
    return 2 + (size === 126 ? 2 : size === 127 ? 8 : 0) + (options.masked ? 4 : 0);
  };

  const begin = (b: Buffer): string | null => {
    const opcode = b[0]! & 15;
    const fin = (b[0]! & 128) !== 0;
    const rsv1 = (b[0]! & 64) !== 0;
    if ((b[0]! & 48) !== 0) return 'RSV2 and RSV3 must be clear';
    if (rsv1 && !options.deflate) return 'compressed frame received without negotiated permessage-deflate';
    if (options.masked && (b[1]! & 128) === 0) return 'mask bit missing';
    const size = b[1]! & 127;
    if (opcode >= CLOSE) {
      if (opcode > PONG) return `unknown opcode ${opcode}`;
      if (size > MAX_CONTROL) {
        return `control frame length bigger than maximum allowed of ${MAX_CONTROL} bytes`;
      }
      if (!fin) return 'control frame does not have final bit set';
      if (rsv1) return 'control frame must not be compressed';
    } else if (opcode === TEXT || opcode === BINARY) {
      if (inMessage) return 'new message started before final frame for previous message was received';
      compressed = rsv1;
    } else if (opcode === CONTINUATION) {
      if (!inMessage || rsv1) return 'invalid continuation frame';
    } else return `unknown opcode ${opcode}`;
    return null;
  };

  const readSizes = (b: Buffer): string | null => {
    const size = b[1]! & 127;
    left = size;
    let next = 2;
    if (size === 126) {
      left = b.readUInt16BE(2);
      next = 4;
    } else if (size === 127) {
      const long = b.readBigUInt64BE(2);
      if (long > 0x7fffffffffffffffn) return 'invalid 64-bit payload length';
      left = Number(long);
      next = 10;
    }
    if (options.masked) {
      mask.set(b.subarray(next, next + 4));
      at = 0;
    }
    const opcode = b[0]! & 15;
    inFrame = true;
    if (opcode >= CLOSE) {
      control = opcode;
      parts = [];
    } else {
      control = -1;
      final = (b[0]! & 128) !== 0;
      inMessage = !final;
    }
    return null;
  };

  const body = (bytes: Buffer): void => {
    left -= bytes.length;
    unmask(bytes);
    if (control >= 0) parts.push(bytes);
    else if (bytes.length > 0 || (compressed && left === 0)) events.data(bytes, compressed, final && left === 0);
    if (left > 0) return;
    inFrame = false;
    if (control >= 0) events.control(control, Buffer.concat(parts));
    control = -1;
  };

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        if (inFrame) {
          const n = Math.min(left, rest.length);
          const bytes = rest.subarray(0, n);
          rest = rest.subarray(n);
          body(bytes);
          continue;
        }
        const known = head.length === 0 ? rest : Buffer.concat([head, rest.subarray(0, 14)]);
        const problem = known.length >= 2 ? begin(known) : null;
        if (problem !== null) return problem;
        const need = headLength(known);
        if (known.length < need) {
          head = Buffer.from(known);
          return null;
        }
        const wrong = readSizes(known);
        if (wrong !== null) return wrong;
        rest = rest.subarray(need - head.length);
        head = Buffer.alloc(0);
        if (left === 0) body(Buffer.alloc(0));
      }
      return null;
    },
  };
}

/** Head of an unmasked final frame. */
export function frameHead(opcode: number, length: number, compressed = false): Buffer {
  const first = 128 | (compressed ? 64 : 0) | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 255]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** A close frame with a status and a short text. */
export function closeFrame(status: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const body =
    bytes.length > MAX_CONTROL - 2 ? Buffer.concat([bytes.subarray(0, MAX_CONTROL - 5), Buffer.from('...')]) : bytes;
  return Buffer.concat([frameHead(CLOSE, body.length + 2), Buffer.from([status >> 8, status & 255]), body]);
}

/** Whether a peer may send this close status. */
export function validStatus(code: number): boolean {
  if (code < 1000 || code >= 5000 || (code >= 1016 && code <= 2999)) return false;
  return ![1004, 1005, 1006, 1015].includes(code);
}

const STATUS: Record<string, number> = {
  'Client Closed': 1000,
  'Authentication Timeout': 1008,
  'Authentication Failure': 1008,
  'Slow Consumer (Pending Bytes)': 1008,
  'Slow Consumer (Write Deadline)': 1008,
  'Maximum Account Connections Exceeded': 1008,
  'Maximum Connections Exceeded': 1008,
  'Maximum Control Line Exceeded': 1008,
  'Maximum Subscriptions Exceeded': 1008,
  'Missing Account': 1008,
  'Authentication Expired': 1008,
  'Credentials Revoked': 1008,
  'TLS Handshake Failure': 1015,
  'Parse Error': 1002,
  'Protocol Violation': 1002,
  'Bad Client Protocol Version': 1002,
  'Maximum Message Payload Exceeded': 1009,
  'Write Error': 1001,
  'Read Error': 1001,
  'Stale Connection': 1001,
  'Server Shutdown': 1001,
};

/** Close status for the reason a connection ends for. */
export function statusOf(reason: string): number {
  return STATUS[reason] ?? 1011;
}
