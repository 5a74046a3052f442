/**
 * The configuration language of nats-server: keys and values with `=`, `:` or a blank between, maps, arrays,
 * quoted, bare and block strings, sizes, dates, variables, includes and two kinds of comments. It accepts what the
 * original accepts, JSON included, and reports errors with file, line and column.
 */
import { createCursor, isAnySpace, isDigit, isLine, isSeparator, isSpace, shown } from './cursor.ts';
import { numberReader } from './numbers.ts';
import { stringReader } from './strings.ts';
import { ConfigError, type ConfigMap, type ConfigToken, type ConfigWorld } from './token.ts';

const MAX_INCLUDES = 32;

/** Parses a configuration text; `file` names it in errors and is what includes are relative to. */
export function parseConfig(text: string, file: string, world: ConfigWorld): ConfigMap {
  return parseDocument(text, file, world, new Set(), 0);
}

function parseDocument(text: string, file: string, world: ConfigWorld, pending: Set<string>, depth: number): ConfigMap {
  const root: ConfigMap = new Map();
  const scopes: ConfigMap[] = [root];
  const cur = createCursor(text, file);
  const { peek, comment, spaces, place, bad, token } = cur;
  const { escaped, doubleQuoted, singleQuoted, block } = stringReader(cur);

  /** A bare word from `from`; what it means is decided by its text. */
  const bare = (from: number): ConfigToken => {
    let out = text.slice(from, cur.pos);
    let special = false;
    for (;;) {
      const c = peek();
      if (c === '' || isLine(c) || isSpace(c) || c === ';' || c === ',' || c === ']' || c === '}') break;
      cur.pos++;
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

  const { numberOrWord, negative } = numberReader(cur, bare);

  // Values.
  const value = (): ConfigToken => {
    spaces(isSpace);
    const from = cur.pos;
    const c = peek();
    switch (c) {
      case '[':
        cur.pos++;
        return token('array', array(), from);
      case '{':
        cur.pos++;
        return token('map', map(), from);
      case "'":
        cur.pos++;
        return token('string', singleQuoted(), from);
      case '"':
        cur.pos++;
        return token('string', doubleQuoted(), from);
      case '(':
        cur.pos++;
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
        cur.pos++;
        return out;
      }
      if (c === '') throw bad('the array does not end');
      out.push(value());
      for (;;) {
        spaces(isSpace);
        if (comment()) continue;
        const d = peek();
        if (d === ',' || isLine(d)) {
          cur.pos++;
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
      const at = cur.pos + 1;
      const end = text.indexOf(quoteMark, at);
      if (end < 0) {
        cur.pos = text.length;
        throw bad('the quoted key does not end');
      }
      cur.pos = end + 1;
      return { name: text.slice(at, end), at };
    }
    const at = cur.pos;
    cur.pos++;
    while (cur.pos < text.length && !isAnySpace(text[cur.pos]!) && !isSeparator(text[cur.pos]!)) cur.pos++;
    if (cur.pos >= text.length && inMap) throw bad('the map does not end');
    const name = text.slice(at, cur.pos);
    if (name.toLowerCase() === 'include' && isAnySpace(peek())) {
      include();
      return null;
    }
    return { name, at };
  };

  const include = (): void => {
    spaces(isSpace);
    const at = cur.pos;
    const c = peek();
    let path: string;
    if (c === "'") {
      cur.pos++;
      path = singleQuoted();
    } else if (c === '"') {
      const end = text.indexOf('"', cur.pos + 1);
      if (end < 0) throw bad('the quoted file name does not end');
      path = text.slice(cur.pos + 1, end);
      cur.pos = end + 1;
    } else {
      if ('[{(-\\'.includes(c) || isDigit(c) || isLine(c)) throw bad(`a file name was expected, not ${shown(c)}`);
      while (cur.pos < text.length && !/[\s;}']/.test(text[cur.pos]!)) cur.pos++;
      path = text.slice(at, cur.pos);
      if (peek() === "'") cur.pos++;
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
    if (isSeparator(peek())) cur.pos++;
    else if (cur.pos >= text.length) {
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
        cur.pos++;
        break;
      }
      entry(true);
      if (text[cur.pos - 1] === '}' && scopes.at(-1) !== out) break;
      let over = false;
      for (;;) {
        spaces(isSpace);
        if (comment()) continue;
        const d = peek();
        if (d === ',' || d === ';' || isLine(d)) {
          cur.pos++;
          break;
        }
        if (d === '}') {
          cur.pos++;
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
        cur.pos++;
        braces();
      } else if (c === '}') {
        cur.pos++;
        return;
      } else {
        entry(false);
        for (;;) {
          spaces(isSpace);
          if (comment()) continue;
          const d = peek();
          if (d === '}') break;
          if (d === '' || d === ',' || d === ';' || isLine(d)) {
            cur.pos++;
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
      if (peek() === ',' || peek() === ';') cur.pos++;
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
      cur.pos++;
      braces();
      continue;
    }
    if (!entry(false)) break;
    for (;;) {
      spaces(isSpace);
      if (comment()) continue;
      const d = peek();
      if (d === '/') {
        cur.pos++;
        continue;
      }
      if (d === '' || isLine(d) || d === ';' || d === ',' || d === '}') {
        cur.pos++;
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
