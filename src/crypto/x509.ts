// What a certificate says (RFC 5280), read from its DER and worded as Go words it.

/** One DER value: its tag, its content, and where the next one starts. */
interface Der {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** The values inside a constructed one. Throws on lengths that do not fit. */
function parts(bytes: Uint8Array): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4) throw new Error('certificate: bad length');
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (at + length > bytes.length) throw new Error('certificate: cut off');
    found.push({ tag, body: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function oidText(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (numbers.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      numbers.push(first, value - first * 40);
    } else numbers.push(value);
    value = 0;
  }
  return numbers.join('.');
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function textOfDer({ tag, body }: Der): string {
  if (tag === 0x1e) return new TextDecoder('utf-16be').decode(body);
  return tag === 0x14 ? latin(body) : new TextDecoder().decode(body);
}

/** Attributes Go knows by name, in the order it writes them. */
const attributes: readonly (readonly [oid: string, name: string])[] = [
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.10', 'O'],
  ['2.5.4.6', 'C'],
];

function escaped(text: string): string {
  return text.replace(/[,+"\\<>;]|^[ #]| $/g, (c) => `\\${c}`);
}

/** A name as Go prints it: `CN=localhost,O=Org\, Inc,C=DE`. */
function nameText(name: Uint8Array): string {
  const values = new Map<string, string[]>();
  const others: string[] = [];
  for (const set of parts(name)) {
    for (const pair of parts(set.body)) {
      const [oid, value] = parts(pair.body);
      if (!oid || !value) continue;
      const key = oidText(oid.body);
      const known = attributes.some(([o]) => o === key);
      if (known) values.set(key, [...(values.get(key) ?? []), escaped(textOfDer(value))]);
      else others.unshift(`${key}=#${hexOf(value)}`);
    }
  }
  const texts = attributes.flatMap(([oid, label]) => {
    const found = values.get(oid);
    return found
      ? [(label === 'CN' || label === 'SERIALNUMBER' ? found.slice(-1) : found).map((v) => `${label}=${v}`).join('+')]
      : [];
  });
  return [...texts, ...others].join(',');
}

function hexOf({ tag, body }: Der): string {
  const head = body.length < 128 ? [tag, body.length] : [tag, 0x82, body.length >> 8, body.length & 255];
  return [...head, ...body].map((b) => b.toString(16).padStart(2, '0')).join('');
}

const signatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5-RSA',
  '1.2.840.113549.1.1.5': 'SHA1-RSA',
  '1.2.840.113549.1.1.10': 'SHA256-RSAPSS',
  '1.2.840.113549.1.1.11': 'SHA256-RSA',
  '1.2.840.113549.1.1.12': 'SHA384-RSA',
  '1.2.840.113549.1.1.13': 'SHA512-RSA',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
  '1.3.101.112': 'Ed25519',
};

/** A certificate as far as people look at it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** Decimal. */
  readonly serial: string;
  /** Unix milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isCa: boolean;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emails: readonly string[];
  readonly signature: string;
}

/** UTCTime and GeneralizedTime (RFC 5280, 4.1.2.5). */
function timeOf({ tag, body }: Der): number {
  const text = latin(body);
  const digits = tag === 0x17 ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text;
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(digits) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

interface Extensions {
  isCa: boolean;
  readonly dnsNames: string[];
  readonly ipAddresses: string[];
  readonly uris: string[];
  readonly emails: string[];
}

function extensionsOf(list: Uint8Array): Extensions {
  const found: Extensions = { isCa: false, dnsNames: [], ipAddresses: [], uris: [], emails: [] };
  for (const extension of parts(list)) {
    const [oid, ...rest] = parts(extension.body);
    const value = rest.at(-1);
    if (!oid || !value) continue;
    const [inner] = parts(value.body);
    const kind = oidText(oid.body);
    if (kind === '2.5.29.19' && inner)
      found.isCa = parts(inner.body).some(({ tag, body }) => tag === 1 && body[0] !== 0);
    if (kind !== '2.5.29.17' || !inner) continue;
    for (const { tag, body } of parts(inner.body)) {
      if (tag === 0x82) found.dnsNames.push(latin(body));
      else if (tag === 0x87) found.ipAddresses.push(ipText(body));
      else if (tag === 0x86) found.uris.push(latin(body));
      else if (tag === 0x81) found.emails.push(latin(body));
    }
  }
  return found;
}

/** Reads a certificate. Throws when it is none. */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const [outer] = parts(der);
  const [tbs] = parts(outer?.body ?? new Uint8Array());
  const fields = parts(tbs?.body ?? new Uint8Array());
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, algorithm, issuer, validity, subject] = fields;
  if (!serial || !algorithm || !issuer || !validity || !subject) throw new Error('certificate: a part is missing');
  const [notBefore, notAfter] = parts(validity.body).map(timeOf);
  const oid = oidText(parts(algorithm.body)[0]?.body ?? new Uint8Array());
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  const [list] = extensions ? parts(extensions.body) : [];
  return {
    subject: nameText(subject.body),
    issuer: nameText(issuer.body),
    serial: BigInt(`0x${[...serial.body].map((b) => b.toString(16).padStart(2, '0')).join('') || '0'}`).toString(),
    notBefore: notBefore ?? 0,
    notAfter: notAfter ?? 0,
    signature: signatures[oid] ?? oid,
    ...extensionsOf(list?.body ?? new Uint8Array()),
  };
}

/** A certificate as PEM. */
export function certificatePem(der: Uint8Array): string {
  const lines = btoa(latin(der)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The certificates of PEM texts. */
export function pemCertificates(texts: readonly string[]): Uint8Array[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)].map(([, body = '']) =>
      Uint8Array.from(atob(body.replace(/\s+/g, '')), (c) => c.charCodeAt(0)),
    ),
  );
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Longer chains lead nowhere good. */
const LONGEST = 10;

/**
 * All ways from a server's certificate to an authority, over the certificates it sent; each step is a verified signature.
 * Empty when no way leads there.
 */
export async function verifiedChains(
  sent: readonly Uint8Array[],
  authorities: readonly Uint8Array[],
): Promise<Uint8Array[][]> {
  const { X509Certificate } = await import('node:crypto');
  const [leaf, ...between] = sent;
  if (!leaf) return [];
  const chains: Uint8Array[][] = [];
  const signed = (der: Uint8Array, by: Uint8Array): boolean => {
    if (readCertificate(der).issuer !== readCertificate(by).subject) return false;
    const issuer = new X509Certificate(by);
    return new X509Certificate(der).verify(issuer.publicKey);
  };
  const walk = (chain: readonly Uint8Array[]): void => {
    const last = chain.at(-1) as Uint8Array;
    if (authorities.some((root) => same(root, last))) {
      chains.push([...chain]);
      return;
    }
    if (chain.length >= LONGEST) return;
    for (const root of authorities)
      if (!chain.some((c) => same(c, root)) && signed(last, root)) chains.push([...chain, root]);
    for (const next of between) {
      const isNew = ![...chain, ...authorities].some((c) => same(c, next));
      if (isNew && signed(last, next)) walk([...chain, next]);
    }
  };
  walk([leaf]);
  return chains;
}
