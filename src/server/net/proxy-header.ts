/** The header that proxies put before a connection to say where it really comes from: PROXY protocol, versions 1 and 2. */

/** Longest version 1 line, CRLF included. */
const LINE = 107;
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

export type ProxyHeader =
  /** Not complete yet. */
  | { readonly kind: 'more' }
  /** Another protocol: all bytes belong to it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly reason: string }
  /** `host` is '' when the proxy speaks for itself. */
  | { readonly kind: 'read'; readonly host: string; readonly port: number; readonly length: number };

const MORE: ProxyHeader = { kind: 'more' };

function bad(reason: string): ProxyHeader {
  return { kind: 'bad', reason };
}

/** Reads the header at the start of `bytes`. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const first = bytes.subarray(0, 6).latin1Slice();
  const one = 'PROXY '.startsWith(first);
  const two = SIGNATURE.subarray(0, 6).latin1Slice().startsWith(first);
  if (bytes.length < 6) return one || two ? MORE : bytes.length === 0 ? MORE : { kind: 'none' };
  if (one) return readLine(bytes);
  return two ? readBinary(bytes) : { kind: 'none' };
}

function readLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LINE).indexOf('\r\n');
  if (end < 0) return bytes.length >= LINE ? bad('invalid PROXY protocol header: v1 line too long') : MORE;
  const [protocol = '', source = '', target = '', port = '', targetPort = '', ...rest] = bytes
    .latin1Slice(6, end)
    .split(/[ \t]+/)
    .filter((p) => p !== '');
  const length = end + 2;
  if (protocol === 'UNKNOWN') return { kind: 'read', host: '', port: 0, length };
  if (targetPort === '' || rest.length > 0) return bad('invalid PROXY protocol header: invalid v1 format');
  const six = isIp6(source);
  const sixTarget = isIp6(target);
  if (!(six || isIp4(source)) || !(sixTarget || isIp4(target))) {
    return bad('invalid PROXY protocol header: invalid address');
  }
  if (!isPort(port)) return bad('invalid source port');
  if (!isPort(targetPort)) return bad('invalid dest port');
  if (protocol === 'TCP4' && (six || sixTarget)) return bad('invalid PROXY protocol header: TCP4 with IPv6 address');
  if (protocol === 'TCP6' && !(six && sixTarget)) return bad('invalid PROXY protocol header: TCP6 with IPv4 address');
  if (protocol !== 'TCP4' && protocol !== 'TCP6') {
    return bad(`invalid PROXY protocol header: invalid protocol ${JSON.stringify(protocol)}`);
  }
  return { kind: 'read', host: plain(source), port: Number(port), length };
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) < 65_536;
}

function isIp4(text: string): boolean {
  return /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text) && text.split('.').every((n) => Number(n) < 256);
}

function isIp6(text: string): boolean {
  if (!text.includes(':')) return false;
  try {
    new URL(`http://[${text}]/`);
    return true;
  } catch {
    return false;
  }
}

/** IPv4 in IPv6 form is shown as IPv4, IPv6 in its shortest form. */
function plain(address: string): string {
  if (!address.includes(':')) return address;
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function readBinary(bytes: Buffer): ProxyHeader {
  const known = Math.min(bytes.length, 12);
  if (!bytes.subarray(0, known).equals(SIGNATURE.subarray(0, known))) {
    return bad('invalid PROXY protocol header: invalid signature');
  }
  if (bytes.length < 16) return MORE;
  const version = bytes[12]! & 0xf0;
  const command = bytes[12]! & 0x0f;
  const family = bytes[13]! & 0xf0;
  const protocol = bytes[13]! & 0x0f;
  const size = bytes.readUInt16BE(14);
  if (version !== 0x20) return bad(`invalid PROXY protocol header: invalid version 0x${version.toString(16)}`);
  const length = 16 + size;
  const own: ProxyHeader = { kind: 'read', host: '', port: 0, length };
  if (command === 0) return bytes.length < length ? MORE : own;
  if (command !== 1) return bad(`unknown PROXY protocol command: 0x${command.toString(16).padStart(2, '0')}`);
  if (protocol !== 1) return bad('unsupported PROXY protocol feature: only STREAM protocol supported');
  if (family === 0) return bytes.length < length ? MORE : own;
  if (family !== 0x10 && family !== 0x20) {
    return bad(`unsupported PROXY protocol feature: unsupported address family 0x${family.toString(16)}`);
  }
  const needed = family === 0x10 ? 12 : 36;
  if (size < needed) return bad(`IPv${family === 0x10 ? 4 : 6} address data too short: ${size} bytes`);
  if (bytes.length < length) return MORE;
  if (family === 0x10) {
    return { kind: 'read', host: [...bytes.subarray(16, 20)].join('.'), port: bytes.readUInt16BE(24), length };
  }
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(bytes.readUInt16BE(16 + i).toString(16));
  return { kind: 'read', host: plain(groups.join(':')), port: bytes.readUInt16BE(48), length };
}
