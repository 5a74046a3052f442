/** Deterministic noise for protocol tests: the same seed makes the same streams. */
export interface Random {
  /** 0 <= n < bound. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
}

/** xorshift32: fast, and good enough to break parsers with. */
export function createRandom(seed: number): Random {
  let x = seed | 0 || 1;
  const below = (bound: number): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % bound;
  };
  return { below, pick: (list) => list[below(list.length)]! };
}

const edges = [0, 9, 10, 13, 32, 43, 45, 48, 57, 58, 72, 73, 77, 80, 127, 128, 255];
const words = [
  'MSG ',
  'HMSG ',
  'PING\r\n',
  'INFO {}\r\n',
  '\r\n',
  ' ',
  '999999999',
  '-1',
  '0',
  'NATS/1.0',
  "-ERR 'x'\r\n",
  '\n',
  '\t',
];

/** Changes a stream in one to six places: bytes set, cut out, doubled, swapped, replaced by pieces of protocol. */
export function mutate(stream: Uint8Array, random: Random): Uint8Array {
  let bytes = [...stream];
  for (let n = 1 + random.below(6); n > 0; n--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(12);
    switch (random.below(7)) {
      case 0:
        bytes[Math.min(at, bytes.length - 1)] = random.below(256);
        break;
      case 1:
        bytes[Math.min(at, bytes.length - 1)] = random.pick(edges);
        break;
      case 2:
        bytes.splice(at, length);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + length));
        break;
      case 4:
        bytes.splice(at, 0, ...Buffer.from(random.pick(words)));
        break;
      case 5:
        bytes = bytes.slice(0, at);
        break;
      default: {
        const to = random.below(bytes.length + 1);
        bytes.splice(to, 0, ...bytes.splice(at, length));
      }
    }
    if (bytes.length === 0) bytes = [random.below(256)];
  }
  return Uint8Array.from(bytes);
}

/** Cuts a stream at random borders. */
export function pieces(stream: Uint8Array, random: Random): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const to = at + 1 + random.below(random.below(3) === 0 ? 3 : 60);
    list.push(stream.subarray(at, to));
    at = to;
  }
  return list;
}
