const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** Whether nothing of it has to be escaped: the common case. */
function isPlain(text: string, mark: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x5c || text[i] === mark) return false;
  }
  return true;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** Text in double quotes as Go's `%q` (strconv.Quote) writes it; with `ascii` everything beyond ASCII is escaped too. */
export function quote(text: string, ascii = false, mark = '"'): string {
  if (isPlain(text, mark)) return mark + text + mark;
  let out = mark;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === mark) out += `\\${mark}`;
    else if (named[char] !== undefined) out += named[char];
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`;
    else if (code < 0x7f || (!ascii && /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char))) out += char;
    else if (code >= 0xd800 && code <= 0xdfff) out += '\\ufffd';
    else out += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return out + mark;
}
