/**
 * One record of comma or tab separated values without the line end (RFC 4180): fields with the separator, quotes, line
 * breaks or blanks at the ends are quoted. In tab separated values, tabs and line breaks become `\t` and `\n`, since
 * that form has no quotes.
 */
export function csvLine(fields: readonly string[], separator: ',' | '\t' = ','): string {
  if (separator === '\t') return fields.map(escapeTab).join('\t');
  return fields.map(quoteField).join(',');
}

function quoteField(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const tabEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeTab(field: string): string {
  return field.replace(/[\\\t\n\r]/g, (c) => tabEscapes[c] as string);
}

/** Records of a text with comma separated values; quoted fields may hold line breaks. An empty text has none. */
export function* parseCsv(text: string, separator = ','): Generator<string[]> {
  let record: string[] = [];
  let field = '';
  let quoted = false;
  let started = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
      continue;
    }
    if (c === '"' && field === '') {
      quoted = true;
      started = true;
    } else if (c === separator) {
      record.push(field);
      field = '';
      started = true;
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++;
      yield [...record, field];
      record = [];
      field = '';
      started = false;
    } else {
      field += c;
      started = true;
    }
  }
  if (started || record.length > 0) yield [...record, field];
}
