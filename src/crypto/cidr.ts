/** An IP network: its address bytes (4 or 16) and the length of its prefix in bits. */
export interface Network {
  readonly address: Uint8Array;
  readonly bits: number;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (part: string): number[] | undefined => {
    if (part === '') return [];
    const out: number[] = [];
    const words = part.split(':');
    for (const [i, word] of words.entries()) {
      if (i === words.length - 1 && word.includes('.')) {
        const v4 = parseV4(word);
        if (!v4) return undefined;
        out.push(...v4);
      } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) {
        const value = Number.parseInt(word, 16);
        out.push(value >>> 8, value & 255);
      } else return undefined;
    }
    return out;
  };
  const head = groups(halves[0]!);
  const tail = halves.length === 2 ? groups(halves[1]!) : [];
  if (!head || !tail) return undefined;
  // An IPv4 ending may only stand at the very end of the address.
  if (halves.length === 2 && halves[0]!.includes('.')) return undefined;
  const gap = 16 - head.length - tail.length;
  if (halves.length === 1 ? gap !== 0 : gap < 2) return undefined;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

/** The 4 or 16 bytes of an IP address; undefined when text is none. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Uint8Array | undefined {
  const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
  return bytes && Uint8Array.from(bytes);
}

/** Reads `address/bits`; undefined when it is not that. */
export function parseCidr(text: string): Network | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const tail = text.slice(slash + 1);
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(tail)) return undefined;
  const bits = Number(tail);
  return bits <= address.length * 8 ? { address, bits } : undefined;
}

/** IPv4 addresses mapped into IPv6 (::ffff:a.b.c.d) count as the IPv4 address, as in Go. */
function unmapped(address: Uint8Array): Uint8Array {
  const mapped =
    address.length === 16 &&
    address[10] === 255 &&
    address[11] === 255 &&
    address.subarray(0, 10).every((b) => b === 0);
  return mapped ? address.subarray(12) : address;
}

/** Whether an address (as text or bytes) lies in a network. */
export function networkContains(network: Network, address: string | Uint8Array): boolean {
  const parsed = typeof address === 'string' ? parseIp(address) : address;
  if (!parsed) return false;
  const ip = unmapped(parsed);
  if (ip.length !== network.address.length) return false;
  const whole = network.bits >>> 3;
  for (let i = 0; i < whole; i++) if (ip[i] !== network.address[i]) return false;
  const rest = network.bits & 7;
  return rest === 0 || (ip[whole]! ^ network.address[whole]!) >>> (8 - rest) === 0;
}
