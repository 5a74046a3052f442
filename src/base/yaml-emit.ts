import { byCodePoint } from './json64.ts';

/** How `emitYaml` lays out. */
export interface YamlStyle {
  /** Blanks per level; 2 unless given. */
  readonly indent?: number;
  /** Whether lists inside of maps are indented (yaml.v3) or stand below their key (yaml.v2, the default). */
  readonly indentLists?: boolean;
  readonly sortKeys?: boolean;
  /** A comment for the entry at this path of keys, without `#`; several lines are allowed. */
  readonly comment?: (path: readonly string[]) => string | undefined;
}

/** The layout of Go's yaml.v3, which the interactive edits of the nats tool show. */
export const yamlV3: YamlStyle = { indent: 4, indentLists: true };

/** The layout of Go's JSON-to-YAML converters: two blanks, lists below their key, keys sorted. */
export const yamlV2: YamlStyle = { indent: 2, indentLists: false, sortKeys: true };

/**
 * Writes JSON-like data as a YAML document that ends in a newline. Numbers and bigint stay numbers, text is quoted where it
 * would read as something else, several lines become a block. Members that are undefined are left out.
 */
export function emitYaml(value: unknown, style: YamlStyle = {}): string {
  const lines: string[] = [];
  const scalar = scalarText(value, 0, style);
  if (scalar !== undefined) return `${scalar}\n`;
  node(value as object, 0, [], lines, style, '');
  return `${lines.join('\n')}\n`;
}

/** A single value as it would stand behind a key: `emitYaml` without the newline. */
export function yamlScalar(value: string | number | bigint | boolean | null): string {
  return scalarText(value, 0, {}) ?? '';
}

function step(style: YamlStyle): number {
  return style.indent ?? 2;
}

/** Writes a map or list that has entries. `first` is what the first line begins with instead of its indentation. */
function node(
  value: object,
  column: number,
  path: readonly string[],
  lines: string[],
  style: YamlStyle,
  first: string,
): void {
  const pad = ' '.repeat(column);
  let start = first;
  const put = (text: string): void => {
    lines.push(start === '' ? pad + text : start + text);
    start = '';
  };
  if (Array.isArray(value)) {
    for (const item of value) listItem(item, column, path, lines, style, put);
    return;
  }
  for (const [key, item] of members(value, style)) {
    const inner = [...path, key];
    for (const comment of style.comment?.(inner)?.split('\n') ?? []) put(comment === '' ? '#' : `# ${comment}`);
    mapEntry(key, item, column, inner, lines, style, put);
  }
}

function members(value: object, style: YamlStyle): [string, unknown][] {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return style.sortKeys ? entries.sort(([a], [b]) => byCodePoint(a, b)) : entries;
}

type Put = (text: string) => void;

function mapEntry(
  key: string,
  item: unknown,
  column: number,
  path: readonly string[],
  lines: string[],
  style: YamlStyle,
  put: Put,
): void {
  const name = plainOrQuoted(key);
  const nested = nextColumn(column, style);
  const scalar = scalarText(item, nested, style);
  if (scalar !== undefined) {
    put(`${name}: ${scalar}`);
    return;
  }
  put(`${name}:`);
  node(item as object, Array.isArray(item) && !style.indentLists ? column : nested, path, lines, style, '');
}

/** yaml.v3 aligns what is nested to multiples of the indentation, also below the text of a list item. */
function nextColumn(column: number, style: YamlStyle): number {
  const by = step(style);
  return style.indentLists ? by * Math.floor((column + by) / by) : column + by;
}

function listItem(
  item: unknown,
  column: number,
  path: readonly string[],
  lines: string[],
  style: YamlStyle,
  put: Put,
): void {
  const scalar = scalarText(item, nextColumn(column, style), style);
  if (scalar !== undefined) {
    put(`- ${scalar}`);
    return;
  }
  // The first entry shares the line with the dash.
  const inner: string[] = [];
  node(item as object, column + 2, path, inner, style, '- ');
  const [head = '', ...rest] = inner;
  put(head);
  lines.push(...rest);
}

/** The text of what fits behind a key (a block's further lines included); undefined for maps and lists with entries. */
function scalarText(value: unknown, column: number, style: YamlStyle): string | undefined {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string')
    return value.includes('\n') ? block(value, column || step(style)) : plainOrQuoted(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value);
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  }
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  return members(value, style).length === 0 ? '{}' : undefined;
}

/** Several lines as a literal block; text that a block cannot hold exactly is quoted instead. */
function block(text: string, column: number): string {
  const awkward = /^\s|[ \t]\n|[ \t]$|[^\P{C}\n\t]|\u0085|\u2028|\u2029/u.test(text) || !text.isWellFormed();
  if (awkward || text.trim() === '') return doubleQuoted(text);
  const ending = /\n*$/.exec(text)?.[0].length ?? 0;
  const chomp = ending === 0 ? '-' : ending === 1 ? '' : '+';
  const pad = ' '.repeat(column);
  const body = (ending > 0 ? text.slice(0, -1) : text).split('\n');
  return [`|${chomp}`, ...body.map((line) => (line === '' ? '' : pad + line))].join('\n');
}

// What YAML 1.1 or 1.2 readers take for null, booleans, numbers, dates or merge keys.
const otherTypes =
  /^(?:~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.(?:inf|nan)|[-+]?(?:0x[\da-f_]+|0o?[0-7_]+|0b[01_]+|[\d][\d_]*(?::[0-5]?\d)*)|[-+]?(?=[\d_.e])[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|\d{4}-\d\d?-\d\d?(?:[t ].*)?)$/i;

function plainOrQuoted(text: string): string {
  if (text === '' || otherTypes.test(text)) return doubleQuoted(text);
  if (/[^\P{C}]|[\u0085\u2028\u2029\ufeff\n\t]/u.test(text) || !text.isWellFormed()) return doubleQuoted(text);
  const indicator = /^[,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|^\s|\s$/.test(text);
  return indicator ? `'${text.replaceAll("'", "''")}'` : text;
}

const short: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\0': '\\0',
  '\x1b': '\\e',
};

function doubleQuoted(text: string): string {
  let out = '"';
  for (const char of text.toWellFormed()) {
    const code = char.codePointAt(0) ?? 0;
    if (short[char] !== undefined) out += short[char];
    else if (/[^\P{C}]|[\u2028\u2029\ufeff\u0085]/u.test(char)) {
      const hex = code.toString(16);
      out +=
        code < 0x100
          ? `\\x${hex.padStart(2, '0')}`
          : code < 0x10000
            ? `\\u${hex.padStart(4, '0')}`
            : `\\U${hex.padStart(8, '0')}`;
    } else out += char;
  }
  return `${out}"`;
}
