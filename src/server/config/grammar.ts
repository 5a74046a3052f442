/**
 * The configuration language of nats-server: keys and values with `=`, `:` or a blank between, maps, arrays,
 * quoted, bare and block strings, sizes, dates, variables, includes and two kinds of comments. It accepts what the
 * original accepts, JSON included, and reports errors with file, line and column.
 */
export type ConfigKind = 'string' | 'int' | 'float' | 'bool' | 'date' | 'array' | 'map';

/** A value and where it was written. For map entries the place is that of the key. */
export interface ConfigToken {
  readonly kind: ConfigKind;
  /** string; bigint (int, 64 bits); number (float); boolean; Date; ConfigToken[]; Map<string, ConfigToken>. */
  readonly value: unknown;
  readonly file: string;
  line: number;
  column: number;
  /** Read through a variable: an unknown key that only serves as one is no error. */
  used: boolean;
}

export type ConfigMap = Map<string, ConfigToken>;

/** Where a configuration is wrong. Lines count from 1; columns as nats-server counts them. */
export class ConfigError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(message: string, at: { file: string; line: number; column: number }) {
    super(message);
    this.name = 'ConfigError';
    this.file = at.file;
    this.line = at.line;
    this.column = at.column;
  }
}

/** What reading a configuration needs from outside. */
export interface ConfigWorld {
  /** Content of an included file; throws when there is none. */
  readFile(path: string): string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const MAX_INCLUDES = 32;

/** Parses a configuration text; `file` names it in errors and is what includes are relative to. */
export function parseConfig(text: string, file: string, world: ConfigWorld): ConfigMap {
  return parseDocument(text, file, world, new Set(), 0);
}

function parseDocument(text: string, file: string, world: ConfigWorld, pending: Set<string>, depth: number): ConfigMap {
  const root: ConfigMap = new Map();
  const scopes: ConfigMap[] = [root];
  let pos = 0;

  // Places.
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 10) starts.push(i);
  const place = (at: number): { file: string; line: number; column: number } => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (starts[mid]! < at || mid === 0) low = mid;
      else high = mid - 1;
    }
    return { file, line: low + 1, column: at - starts[low]! };
  };
  const bad = (message: string, at = pos): ConfigError => new ConfigError(message, place(at));

  // Characters.
  const peek = (): string => (pos < text.length ? text[pos]! : '');
  const isSpace = (c: string): boolean => c === ' ' || c === '\t';
  const isLine = (c: string): boolean => c === '\n' || c === '\r';
  const isAnySpace = (c: string): boolean => c !== '' && /\s|\u0085/.test(c) && c !== '\ufeff';
  const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1;
  const isSeparator = (c: string): boolean => c === '=' || c === ':';
  const shown = (c: string): string => (c === '' ? 'end of file' : c === '\n' ? '\\n' : c);

  /** Skips `#` and `//` comments up to the end of the line. True when one was there. */
  const comment = (): boolean => {
    if (peek() !== '#' && !text.startsWith('//', pos)) return false;
    while (pos < text.length && !isLine(text[pos]!)) pos++;
    return true;
  };
  const spaces = (test: (c: string) => boolean): void => {
    while (pos < text.length && test(text[pos]!)) pos++;
  };

  const token = (kind: ConfigKind, value: unknown, at: number): ConfigToken => ({
    kind,
    value,
    ...place(at),
    used: false,
  });

  // Strings.
  const escaped = (): string => {
    const c = text[pos] ?? '';
    pos++;
    const simple = ({ t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' } as Record<string, string>)[c];
    if (simple !== undefined) return simple;
    if (c !== 'x') throw bad(`unknown escape \\${shown(c)}; known are \\xXX \\t \\n \\r \\" \\\\`, pos - 1);
    const hex = text.slice(pos, pos + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) throw bad('\\x needs two hexadecimal digits');
    pos += 2;
    return String.fromCharCode(Number.parseInt(hex, 16));
  };

  const doubleQuoted = (): string => {
    let out = '';
    for (;;) {
      const c = peek();
      if (c === '') throw bad('the quoted text does not end');
      pos++;
      if (c === '"') return out;
      out += c === '\\' ? escaped() : c;
    }
  };

  const singleQuoted = (): string => {
    const end = text.indexOf("'", pos);
    if (end < 0) {
      pos = text.length;
      throw bad('the quoted text does not end');
    }
    const out = text.slice(pos, end);
    pos = end + 1;
    return out;
  };

  /** A block: everything up to a `)` alone on its line. */
  const block = (): string => {
    const from = pos;
    for (;;) {
      const end = text.indexOf(')', pos);
      if (end < 0) {
        pos = text.length;
        throw bad('the block does not end; it needs a ) on a line of its own');
      }
      pos = end + 1;
      const next = text[end + 1];
      if (text[end - 1] === '\n' && (next === undefined || next === '\n')) return text.slice(from, end);
    }
  };

  /** A bare word from `from`; what it means is decided by its text. */
  const bare = (from: number): ConfigToken => {
    let out = text.slice(from, pos);
    let special = false;
    for (;;) {
      const c = peek();
      if (c === '' || isLine(c) || isSpace(c) || c === ';' || c === ',' || c === ']' || c === '}') break;
      pos++;
      if (c === "'") return token('string', out, from);
      if (c === '\\') {
        special = true;
        out += escaped();
      } else out += c;
    }
    if (special) return token('string', out, from);
    const lower = out.toLowerCase();
    if (lower === 'true' || lower === 'yes' || lower === 'on') return token('bool', true, from);
    if (lower === 'false' || lower === 'no' || lower === 'off') return token('bool', false, from);
    if (out.startsWith('$')) return variable(out.slice(1), from);
    return token('string', out, from);
  };

  const variable = (name: string, from: number): ConfigToken => {
    // A bcrypt hash need not be quoted.
    if (name.startsWith('2a$')) return token('string', `$${name}`, from);
    for (let i = scopes.length - 1; i >= 0; i--) {
      const found = scopes[i]!.get(name);
      if (found === undefined) continue;
      found.used = true;
      return { kind: found.kind, value: found.value, ...place(from), used: false };
    }
    if (pending.has(name)) throw bad(`the variable ${name} refers to itself`, from);
    const value = world.env[name];
    if (value === undefined) throw bad(`the variable ${name} is neither set above nor in the environment`, from);
    pending.add(name);
    try {
      const made = parseDocument(`pk=${value}`, file, world, pending, depth).get('pk');
      if (made === undefined) throw bad(`the variable ${name} is empty`, from);
      return { kind: made.kind, value: made.value, ...place(from), used: false };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw bad(`the environment variable ${name} cannot be read: ${error.message}`, from);
    } finally {
      pending.delete(name);
    }
  };

  // Numbers. Anything that turns out to be none is a bare word.
  const ends = (c: string): boolean => c === '' || isLine(c) || isSpace(c) || c === '}' || c === ';' || c === ',';

  const integer = (from: number): ConfigToken => {
    const m = /^(-?\d+)\s*(.*)$/.exec(text.slice(from, pos))!;
    const n = BigInt(m[1]!);
    if (n > 9223372036854775807n || n < -9223372036854775808n) throw bad(`the number ${m[1]} is out of range`, from);
    const suffix = m[2]!.toLowerCase();
    if (suffix === '') return token('int', n, from);
    const power = BigInt('kmgtpe'.indexOf(suffix[0]!) + 1);
    const rest = suffix.slice(1);
    if (rest !== '' && rest !== 'b' && rest !== 'i' && rest !== 'ib') {
      throw bad(`the size ${text.slice(from, pos)} has an unknown unit`, from);
    }
    return token('int', BigInt.asIntN(64, n * (rest === '' ? 1000n : 1024n) ** power), from);
  };

  const suffixed = (from: number): ConfigToken => {
    pos++;
    while (/[bBiI]/.test(peek())) pos++;
    return ends(peek()) ? integer(from) : bare(from);
  };

  const fraction = (from: number): ConfigToken => {
    if (!isDigit(peek())) throw bad(`a number needs a digit after the point, not ${shown(peek())}`);
    spaces(isDigit);
    if (peek() !== '.') return token('float', Number(text.slice(from, pos)), from);
    while (/[0-9.:-]/.test(peek())) pos++;
    return token('string', text.slice(from, pos), from);
  };

  const date = (from: number): ConfigToken => {
    const shape = 'dd-ddTdd:dd:ddZ';
    pos++;
    for (const f of shape) {
      const c = peek();
      if (f === 'd' ? !isDigit(c) : c !== f) throw bad(`a date is written 2006-01-02T15:04:05Z; found ${shown(c)}`);
      pos++;
    }
    const written = text.slice(from, pos);
    const value = new Date(written);
    if (Number.isNaN(value.getTime())) throw bad(`${written} is no date`, from);
    return token('date', value, from);
  };

  const numberOrWord = (from: number): ConfigToken => {
    spaces(isDigit);
    const c = peek();
    if (c === '-') {
      if (pos - from !== 4) throw bad('a date is written 2006-01-02T15:04:05Z');
      return date(from);
    }
    if (c === '.') {
      pos++;
      return fraction(from);
    }
    if (c !== '' && 'kKmMgGtTpPeE'.includes(c)) return suffixed(from);
    if (ends(c)) return integer(from);
    // The first other character belongs to the word whatever it is, a closing bracket too.
    pos++;
    return bare(from);
  };

  const negative = (from: number): ConfigToken => {
    pos++;
    if (!isDigit(peek())) throw bad(`a number was expected, not ${shown(peek())}`);
    spaces(isDigit);
    const c = peek();
    if (c === '.') {
      pos++;
      return fraction(from);
    }
    if (c !== '' && 'kKmMgGtTpPeE'.includes(c)) return suffixed(from);
    return integer(from);
  };

  // Values.
  const value = (): ConfigToken => {
    spaces(isSpace);
    const from = pos;
    const c = peek();
    switch (c) {
      case '[':
        pos++;
        return token('array', array(), from);
      case '{':
        pos++;
        return token('map', map(), from);
      case "'":
        pos++;
        return token('string', singleQuoted(), from);
      case '"':
        pos++;
        return token('string', doubleQuoted(), from);
      case '(':
        pos++;
        return token('string', block(), from);
      case '-':
        return negative(from);
      case '.':
        throw bad('a number starts with a digit');
    }
    if (isLine(c)) throw bad('a value was expected before the end of the line');
    return isDigit(c) ? numberOrWord(from) : bare(from);
  };

  const array = (): ConfigToken[] => {
    const out: ConfigToken[] = [];
    for (;;) {
      spaces(isAnySpace);
      if (comment()) continue;
      const c = peek();
      if (c === ',' || c === '/') throw bad(`a value was expected in the array, not ${c}`);
      if (c === ']') {
        pos++;
        return out;
      }
      if (c === '') throw bad('the array does not end');
      out.push(value());
      for (;;) {
        spaces(isSpace);
        if (comment()) continue;
        const d = peek();
        if (d === ',' || isLine(d)) {
          pos++;
          break;
        }
        if (d === ']') break;
        throw bad(`the array goes on with , or ends with ], not with ${shown(d)}`);
      }
    }
  };

  /** Key text and place; null when an include stood there instead. */
  const key = (inMap: boolean): { name: string; at: number } | null => {
    const quoteMark = peek();
    if (quoteMark === '"' || quoteMark === "'") {
      const at = pos + 1;
      const end = text.indexOf(quoteMark, at);
      if (end < 0) {
        pos = text.length;
        throw bad('the quoted key does not end');
      }
      pos = end + 1;
      return { name: text.slice(at, end), at };
    }
    const at = pos;
    pos++;
    while (pos < text.length && !isAnySpace(text[pos]!) && !isSeparator(text[pos]!)) pos++;
    if (pos >= text.length && inMap) throw bad('the map does not end');
    const name = text.slice(at, pos);
    if (name.toLowerCase() === 'include' && isAnySpace(peek())) {
      include();
      return null;
    }
    return { name, at };
  };

  const include = (): void => {
    spaces(isSpace);
    const at = pos;
    const c = peek();
    let path: string;
    if (c === "'") {
      pos++;
      path = singleQuoted();
    } else if (c === '"') {
      const end = text.indexOf('"', pos + 1);
      if (end < 0) throw bad('the quoted file name does not end');
      path = text.slice(pos + 1, end);
      pos = end + 1;
    } else {
      if ('[{(-\\'.includes(c) || isDigit(c) || isLine(c)) throw bad(`a file name was expected, not ${shown(c)}`);
      while (pos < text.length && !/[\s;}']/.test(text[pos]!)) pos++;
      path = text.slice(at, pos);
      if (peek() === "'") pos++;
    }
    if (depth >= MAX_INCLUDES) throw bad('files include each other too deeply', at);
    const full = joinPath(file, path);
    let content: string;
    try {
      content = world.readFile(full);
    } catch (error) {
      throw bad(`the included file ${path} cannot be read: ${error instanceof Error ? error.message : error}`, at);
    }
    for (const [k, v] of parseDocument(content, full, world, new Set(), depth + 1)) scopes.at(-1)!.set(k, v);
  };

  /** Key, separator and value into the innermost map. False at the end of the text. */
  const entry = (inMap: boolean): boolean => {
    if (isSeparator(peek())) throw bad(`a key was expected, not ${peek()}`);
    const k = key(inMap);
    if (k === null) return true;
    spaces(isAnySpace);
    if (isSeparator(peek())) pos++;
    else if (pos >= text.length) {
      // JSON-like texts may close a brace they never opened.
      if (inMap || k.name !== '}') throw bad(`the key ${k.name} has no value`);
      return false;
    }
    if (inMap) {
      spaces(isAnySpace);
      if (peek() === ',') throw bad('a value was expected, not ,');
    }
    const v = value();
    const at = place(k.at);
    v.line = at.line;
    v.column = at.column;
    scopes.at(-1)!.set(k.name, v);
    return true;
  };

  const map = (): ConfigMap => {
    const out: ConfigMap = new Map();
    scopes.push(out);
    for (;;) {
      spaces(isAnySpace);
      if (comment()) continue;
      const c = peek();
      if (c === '') throw bad('the map does not end');
      if (c === ']') throw bad('an array ends here that was not begun in this map');
      if (c === '}') {
        pos++;
        break;
      }
      entry(true);
      if (text[pos - 1] === '}' && scopes.at(-1) !== out) break;
      let over = false;
      for (;;) {
        spaces(isSpace);
        if (comment()) continue;
        const d = peek();
        if (d === ',' || d === ';' || isLine(d)) {
          pos++;
          break;
        }
        if (d === '}') {
          pos++;
          over = true;
          break;
        }
        throw bad(`the map goes on with a new line or , and ends with }, not with ${shown(d)}`);
      }
      if (over) break;
    }
    scopes.pop();
    return out;
  };

  /** Braces around everything, as JSON has them. */
  const braces = (): void => {
    for (;;) {
      spaces(isAnySpace);
      if (comment()) continue;
      const c = peek();
      if (c === '') return;
      if (c === '/') throw bad('a key was expected, not /');
      if (c === '{') {
        pos++;
        braces();
      } else if (c === '}') {
        pos++;
        return;
      } else {
        entry(false);
        for (;;) {
          spaces(isSpace);
          if (comment()) continue;
          const d = peek();
          if (d === '}') break;
          if (d === '' || d === ',' || d === ';' || isLine(d)) {
            pos++;
            break;
          }
          throw bad(`a value ends with a new line, a comment or }, not with ${shown(d)}`);
        }
        continue;
      }
      for (;;) {
        spaces((s) => isSpace(s) || isLine(s));
        if (comment()) continue;
        break;
      }
      if (peek() === ',' || peek() === ';') pos++;
      else if (peek() !== '}' && peek() !== '') throw bad(`} was expected, not ${shown(peek())}`);
    }
  };

  for (;;) {
    spaces(isAnySpace);
    if (comment()) continue;
    const c = peek();
    if (c === '') break;
    if (c === '/') throw bad('a key was expected, not /');
    if (c === '{') {
      pos++;
      braces();
      continue;
    }
    if (!entry(false)) break;
    for (;;) {
      spaces(isSpace);
      if (comment()) continue;
      const d = peek();
      if (d === '/') {
        pos++;
        continue;
      }
      if (d === '' || isLine(d) || d === ';' || d === ',' || d === '}') {
        pos++;
        break;
      }
      throw bad(`a value ends with a new line or a comment, not with ${shown(d)}`);
    }
  }
  return root;
}

/** A path relative to the folder of `file`, without node:path. */
function joinPath(file: string, path: string): string {
  const slash = file.lastIndexOf('/');
  const base = slash < 0 ? '' : file.slice(0, slash + 1);
  return base + path;
}
