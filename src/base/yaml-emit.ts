// YAML in the block style that Go's libraries write: two blanks a level, lists not indented under their key,
// strings plain when no reader could take them for something else.

export interface YamlStyle {
  /** Blanks per level; default 2. */
  readonly indent?: number;
  /** Writes keys in the order of their characters. */
  readonly sortKeys?: boolean;
}

/** Words that a YAML 1.1 or 1.2 reader takes for a boolean, null or number. */
const special = /^(~|null|true|false|yes|no|on|off|y|n|\.nan|[-+]?\.inf)$/i;
const numeric = /^[-+]?(0[xob][\da-fA-F_]*|[\d_,.:]*([eE][-+]?\d*)?)$/;
const timestamp = /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/;

function isPlain(text: string): boolean {
  if (text === '' || special.test(text) || numeric.test(text) || timestamp.test(text)) return false;
  if (/^[-?:,[\]{}#&*!|>'"%@`=<\s]/.test(text) || /[:\s]$/.test(text)) return false;
  return !/: | #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text);
}

function scalarText(text: string): string {
  if (isPlain(text)) return text;
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text))
    return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escaped);
  // Words and numbers that must stay text take double quotes, as Go writes them; other text single ones.
  if (text === '' || special.test(text) || numeric.test(text) || timestamp.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Lines of text are written as a block that keeps them readable. */
function isBlock(text: string): boolean {
  return text.includes('\n') && !/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text) && !/^\s/.test(text);
}

function blockText(text: string, pad: string): string {
  const trailing = /\n*$/.exec(text)?.[0].length ?? 0;
  const keep = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const body = trailing === 0 ? text : text.slice(0, -1);
  const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return `|${keep}\n${lines.join('\n')}`;
}

function scalar(value: unknown, pad: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return isBlock(value) ? blockText(value, pad) : scalarText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? '.inf' : value < 0 ? '-.inf' : '.nan';
  return String(value);
}

function isEmptyOrScalar(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function inline(value: unknown, pad: string): string {
  if (Array.isArray(value)) return '[]';
  return value !== null && typeof value === 'object' ? '{}' : scalar(value, pad);
}

/** Plain data (objects, arrays, strings, numbers, bigint, booleans, null) as YAML, ending in a newline. Undefined members are left out. */
export function emitYaml(data: unknown, style: YamlStyle = {}): string {
  const step = ' '.repeat(style.indent ?? 2);
  const lines = (value: unknown, pad: string): string[] => {
    if (isEmptyOrScalar(value)) return [pad + inline(value, pad + step)];
    if (Array.isArray(value)) {
      return value.flatMap((item) => {
        if (isEmptyOrScalar(item)) return [`${pad}- ${inline(item, `${pad}  `)}`];
        const [first = '', ...rest] = lines(item, `${pad}  `);
        return [`${pad}- ${first.slice(pad.length + 2)}`, ...rest];
      });
    }
    const entries = Object.entries(value as object).filter(([, v]) => v !== undefined);
    if (style.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.flatMap(([key, v]) => {
      const name = pad + scalarText(key);
      if (isEmptyOrScalar(v)) return [`${name}: ${inline(v, pad + step)}`];
      return [`${name}:`, ...lines(v, Array.isArray(v) ? pad : pad + step)];
    });
  };
  return `${lines(data, '').join('\n')}\n`;
}
