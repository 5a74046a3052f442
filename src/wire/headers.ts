import { fail } from '#base/errors.ts';
import { CR, emptyBytes, joinBytes, LF, SPACE, TAB, textOf, utf8 } from './bytes.ts';
import type { Frame } from './frame.ts';

const PROLOGUE = 'NATS/1.0';

interface Line {
  /** '' for a line that has no key: it is kept, and nobody sees it. */
  key: string;
  value: string;
  /** The bytes as received, without the line end; undefined for a line made here. */
  bytes?: Uint8Array;
}

/**
 * Message headers (ADR-4), lossless: order, case, repeated keys, blanks around values and bytes that are no UTF-8
 * survive from `MsgHeaders.parse` to `encode`. Keys are compared exactly, as the server does.
 * `value` strings have their leading blanks removed; `raw` has everything.
 */
export class MsgHeaders {
  /** Status code of the first line, 0 when there is none: 100, 404, 408, 409, 503 ... */
  code = 0;
  /** Text behind the status code, '' when there is none. */
  description = '';
  #lines: Line[] = [];
  #raw: Uint8Array | undefined;
  #parsed = true;
  #received = false;

  /** From the bytes of a header block, `NATS/1.0` to the empty line. The lines are read at first use. */
  static parse(block: Uint8Array): MsgHeaders {
    const headers = new MsgHeaders();
    headers.#raw = block;
    headers.#parsed = false;
    headers.#received = block.length > 0;
    const end = lineEnd(block, 0);
    const first = textOf(block, 0, end);
    if (first.startsWith(PROLOGUE)) {
      const rest = first.slice(PROLOGUE.length).trim();
      const m = /^(\d{3})(?:\s+(.*))?$/.exec(rest);
      headers.code = m ? Number(m[1]) : 0;
      headers.description = m?.[2] ?? (m ? '' : rest);
    }
    return headers;
  }

  /** From pairs or from an object whose values are a string or a list of strings. */
  static from(
    init: MsgHeaders | Iterable<readonly [string, string]> | Record<string, string | readonly string[]>,
  ): MsgHeaders {
    if (init instanceof MsgHeaders) return init;
    const headers = new MsgHeaders();
    if (Symbol.iterator in init) for (const [k, v] of init) headers.append(k, v);
    else
      for (const [k, v] of Object.entries(init))
        for (const one of typeof v === 'string' ? [v] : v) headers.append(k, one);
    return headers;
  }

  /** First value of the key. */
  get(key: string): string | undefined {
    if (key !== '') for (const line of this.#all()) if (line.key === key) return line.value;
    return undefined;
  }

  /** All values of the key in order. */
  getAll(key: string): string[] {
    const found: string[] = [];
    for (const line of this.#named()) if (line.key === key) found.push(line.value);
    return found;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Puts one value in place of all of the key; a new key goes to the end. */
  set(key: string, value: string): this {
    check(key, value);
    const lines = this.#all();
    const at = lines.findIndex((line) => line.key === key);
    const line: Line = { key, value };
    this.#lines = lines.filter((l, i) => i === at || l.key !== key);
    if (at < 0) this.#lines.push(line);
    else this.#lines[this.#lines.indexOf(lines[at]!)] = line;
    this.#change();
    return this;
  }

  /** Adds a value, keeping those the key has. */
  append(key: string, value: string): this {
    check(key, value);
    this.#all().push({ key, value });
    this.#change();
    return this;
  }

  delete(key: string): boolean {
    if (key === '') return false;
    const lines = this.#all();
    this.#lines = lines.filter((line) => line.key !== key);
    if (this.#lines.length === lines.length) return false;
    this.#change();
    return true;
  }

  /** Key and value of every line in order. */
  entries(): [string, string][] {
    return this.#named().map((line) => [line.key, line.value]);
  }

  /** Distinct keys in order of first appearance. */
  keys(): string[] {
    return [...new Set(this.#named().map((line) => line.key))];
  }

  /** Number of lines. */
  get size(): number {
    return this.#named().length;
  }

  /** Whether these are still the bytes they were read from, which may hold what has no key. */
  get received(): boolean {
    return this.#received;
  }

  /** The whole block as it stands on the wire. Do not change the bytes. */
  get raw(): Uint8Array {
    return (this.#raw ??= this.#encode());
  }

  /** As `raw`; the name says what a sender does. */
  encode(): Uint8Array {
    return this.raw;
  }

  /** Key to list of values, as the Go tools print headers in JSON. */
  toRecord(): Record<string, string[]> {
    const record: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
    for (const { key, value } of this.#named()) (record[key] ??= []).push(value);
    return record;
  }

  #all(): Line[] {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#lines = readLines(this.#raw ?? emptyBytes);
    }
    return this.#lines;
  }

  #named(): Line[] {
    const lines = this.#all();
    return lines.some(({ key }) => key === '') ? lines.filter(({ key }) => key !== '') : lines;
  }

  #change(): void {
    this.#raw = undefined;
    this.#received = false;
  }

  #encode(): Uint8Array {
    let first = PROLOGUE;
    if (this.code > 0) first += ` ${String(this.code).padStart(3, '0')}`;
    if (this.description !== '') first += ` ${this.description}`;
    const parts: Uint8Array[] = [utf8.encode(first + '\r\n')];
    const end = utf8.encode('\r\n');
    for (const line of this.#all()) {
      if (line.bytes) parts.push(line.bytes, end);
      else parts.push(utf8.encode(`${line.key}: ${line.value}\r\n`));
    }
    parts.push(end);
    return joinBytes(parts);
  }
}

function check(key: string, value: string): void {
  // RFC 7230 field names minus what ADR-4 allows on top: any printable ASCII but the colon.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(key)) throw fail('usage', 'nats: invalid header name ' + JSON.stringify(key));
  if (/[\r\n]/.test(value)) throw fail('usage', `nats: header ${key} holds a line break`);
}

/** Offset of the CR LF (or lone LF) that ends the line, or the end of the bytes. */
function lineEnd(block: Uint8Array, from: number): number {
  const lf = block.indexOf(LF, from);
  if (lf < 0) return block.length;
  return lf > from && block[lf - 1] === CR ? lf - 1 : lf;
}

function readLines(block: Uint8Array): Line[] {
  const lines: Line[] = [];
  let at = block.indexOf(LF) + 1;
  if (at === 0) return lines;
  while (at < block.length) {
    const end = lineEnd(block, at);
    if (end === at) break;
    const colon = block.indexOf(58, at);
    const bytes = block.subarray(at, end);
    // A line without a colon, or with nothing before it, has no key.
    if (colon > at && colon < end) {
      let value = colon + 1;
      while (value < end && (block[value] === SPACE || block[value] === TAB)) value++;
      lines.push({ key: textOf(block, at, colon), value: textOf(block, value, end), bytes });
    } else lines.push({ key: '', value: '', bytes });
    at = block.indexOf(LF, end) + 1;
    if (at === 0) break;
  }
  return lines;
}

/** The first value of a header of a message, read where it lies; undefined when the message has no such header. */
export function headerAt(frame: Frame, key: Uint8Array): string | undefined {
  const { buf, head, body } = frame;
  const { length } = key;
  let at = buf.indexOf(LF, head) + 1;
  while (at > head && at + length < body && buf[at] !== CR) {
    let i = 0;
    while (i < length && buf[at + i] === key[i]) i++;
    const lf = buf.indexOf(LF, at);
    if (lf < 0 || lf >= body) return undefined;
    if (i === length && buf[at + length] === 58) {
      let value = at + length + 1;
      const end = lf > at && buf[lf - 1] === CR ? lf - 1 : lf;
      while (value < end && (buf[value] === SPACE || buf[value] === TAB)) value++;
      return textOf(buf, value, end);
    }
    at = lf + 1;
  }
  return undefined;
}
