/** The names in an X.509 certificate, read from its DER form and written as Go writes them. */

interface Item {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
  readonly end: number;
}

function read(der: Uint8Array, at: number): Item {
  const tag = der[at]!;
  let length = der[at + 1]!;
  let start = at + 2;
  if (length > 127) {
    const n = length & 127;
    length = 0;
    for (let i = 0; i < n; i++) length = length * 256 + der[start + i]!;
    start += n;
  }
  const end = start + length;
  if (Number.isNaN(end) || end > der.length) throw new Error('truncated certificate');
  return { tag, body: der.subarray(start, end), whole: der.subarray(at, end), end };
}

function children(body: Uint8Array): Item[] {
  const out: Item[] = [];
  for (let at = 0; at < body.length; ) {
    const item = read(body, at);
    out.push(item);
    at = item.end;
  }
  return out;
}

function oid(body: Uint8Array): string {
  const out: number[] = [Math.min(2, Math.floor(body[0]! / 40))];
  out.push(body[0]! - out[0]! * 40);
  let n = 0;
  for (const b of body.subarray(1)) {
    n = n * 128 + (b & 127);
    if (b < 128) {
      out.push(n);
      n = 0;
    }
  }
  return out.join('.');
}

/** One attribute of a name. `value` is null when it is no text. */
export interface Attribute {
  readonly oid: string;
  readonly value: string | null;
  readonly der: Uint8Array;
}

export interface CertificateNames {
  /** Relative names in the order of the certificate; each may have several attributes. */
  readonly subject: readonly (readonly Attribute[])[];
  readonly emails: readonly string[];
  readonly dns: readonly string[];
  readonly uris: readonly string[];
  /** The public key with its algorithm, as pins are computed over. */
  readonly publicKeyInfo: Uint8Array;
}

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();
const utf16 = new TextDecoder('utf-16be');
const TEXTS = new Map([
  [12, utf8],
  [18, latin1],
  [19, latin1],
  [20, latin1],
  [22, latin1],
  [30, utf16],
]);

/** Reads a certificate. Throws on bytes that are none. */
export function certificateNames(der: Uint8Array): CertificateNames {
  const parts = children(children(read(der, 0).body)[0]!.body);
  // An explicit version stands before the serial number in all but the oldest certificates.
  const first = parts[0]!.tag === 0xa0 ? 1 : 0;
  const subject = children(parts[first + 4]!.body).map((set) =>
    children(set.body).map((pair): Attribute => {
      const [type, value] = children(pair.body);
      const decoder = TEXTS.get(value!.tag);
      return {
        oid: oid(type!.body),
        value: decoder === undefined ? null : decoder.decode(value!.body),
        der: value!.whole,
      };
    }),
  );
  const names = alternatives(parts.find((p) => p.tag === 0xa3));
  const of = (tag: number): string[] => names.filter((n) => n.tag === tag).map((n) => latin1.decode(n.body));
  return {
    subject,
    emails: of(0x81),
    dns: of(0x82),
    uris: of(0x86),
    publicKeyInfo: parts[first + 5]!.whole,
  };
}

/** Entries of the subject alternative name extension. */
function alternatives(extensions: Item | undefined): Item[] {
  if (extensions === undefined) return [];
  for (const e of children(children(extensions.body)[0]!.body)) {
    const fields = children(e.body);
    if (oid(fields[0]!.body) === '2.5.29.17') return children(read(fields.at(-1)!.body, 0).body);
  }
  return [];
}

const TYPES: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
};
const DC = '0.9.2342.19200300.100.1.25';

/** Order in which Go lists the attributes it knows; the text is written backwards. */
const ORDER = ['C', 'O', 'OU', 'L', 'ST', 'STREET', 'POSTALCODE', 'CN', 'SERIALNUMBER'];

function escaped(value: string): string {
  let out = '';
  for (const [i, ch] of [...value].entries()) {
    const edge = i === 0 || i === value.length - 1;
    const special = ',+"\\<>;'.includes(ch) || (ch === ' ' && edge) || (ch === '#' && i === 0);
    out += special ? `\\${ch}` : ch;
  }
  return out;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function known(subject: CertificateNames['subject']): string[] {
  const all = subject.flat();
  const out: string[] = [];
  for (const type of ORDER) {
    const values = all.filter((a) => TYPES[a.oid] === type).map((a) => a.value ?? '');
    // Of the single-valued ones the last counts.
    const used = type === 'CN' || type === 'SERIALNUMBER' ? values.slice(-1) : values;
    if (used.length > 0 && used[0] !== '') out.push(used.map((v) => `${type}=${escaped(v)}`).join('+'));
  }
  return out;
}

/** The subject with the attributes Go knows by name: what users are compared with. */
export function subjectText(subject: CertificateNames['subject']): string {
  return known(subject).reverse().join(',');
}

/** The subject with all attributes, as certificates are shown to people. */
export function fullSubjectText(subject: CertificateNames['subject']): string {
  const others = subject.flat().filter((a) => TYPES[a.oid] === undefined);
  return [...others.map((a) => `${a.oid}=#${hex(a.der)}`), ...known(subject)].reverse().join(',');
}

/** Domain components in their order: `DC=example,DC=com`; '' when there are none. */
export function domainComponents(subject: CertificateNames['subject']): string {
  return subject
    .flat()
    .filter((a) => a.oid === DC && a.value !== null)
    .map((a) => `DC=${a.value}`)
    .join(',');
}

/** A name as a list of sets of `[TYPE, value]`, last one of the certificate first; null with unknown attributes. */
export type NameParts = readonly (readonly (readonly [type: string, value: string])[])[];

export function subjectParts(subject: CertificateNames['subject']): NameParts | null {
  const out: [string, string][][] = [];
  for (const set of subject) {
    if (set.length === 0) continue;
    const pairs: [string, string][] = [];
    for (const a of set) {
      const type = a.oid === DC ? 'DC' : TYPES[a.oid];
      if (type === undefined || a.value === null) return null;
      pairs.push([type, a.value]);
    }
    out.unshift(pairs);
  }
  return out;
}

/** Reads a name in the form of RFC 4514, such as `CN=a,OU=b`; null when it is none. */
export function parseName(text: string): NameParts | null {
  const out: [string, string][][] = [];
  let set: [string, string][] = [];
  let type = '';
  let value = '';
  let blanks = 0;
  const take = (): string => {
    const s = value.slice(0, value.length - blanks);
    value = '';
    blanks = 0;
    return s;
  };
  const push = (): boolean => {
    if (type === '') return false;
    set.push([type.toUpperCase(), take()]);
    type = '';
    return true;
  };
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (ch === '\\') {
      const next = text[++i] ?? '';
      blanks = 0;
      if (' "#+,;<=>\\'.includes(next) && next !== '') value += next;
      else {
        const code = text.slice(i, i + 2);
        if (!/^[0-9a-fA-F]{2}$/.test(code)) return null;
        value += String.fromCharCode(Number.parseInt(code, 16));
        i++;
      }
    } else if (ch === '=') {
      type = take();
      if (text[i + 1] === '#') return null;
    } else if (ch === ',' || ch === '+') {
      if (!push()) return null;
      if (ch === ',') {
        out.push(set);
        set = [];
      }
    } else if (ch === ' ' && value === '') {
      // Blanks before a type or value mean nothing.
    } else {
      blanks = ch === ' ' ? blanks + 1 : 0;
      value += ch;
    }
  }
  if (value !== '') {
    if (!push()) return null;
    out.push(set);
  }
  return out;
}

function sameSet(a: NameParts[number], b: NameParts[number]): boolean {
  const has = (list: NameParts[number], [t, v]: readonly [string, string]): boolean =>
    list.some(([type, value]) => type === t && value === v);
  return a.length === b.length && a.every((x) => has(b, x)) && b.every((x) => has(a, x));
}

/** Equal, part by part. */
export function sameName(a: NameParts, b: NameParts): boolean {
  return a.length === b.length && a.every((set, i) => sameSet(set, b[i]!));
}

/** The same parts in any order. */
export function sameParts(a: NameParts, b: NameParts): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  for (const set of a) {
    const at = left.findIndex((other) => sameSet(set, other));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}
