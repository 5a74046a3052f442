import { csvLine } from '#base/csv.ts';
import { stringifyJson } from '#base/json64.ts';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import { visible } from '#base/visible.ts';
import { emitYaml } from '#base/yaml-emit.ts';
import { checkFields, fieldOf, isRecord, type Plain, projectRecord } from './fields.ts';

/** What `--as` takes besides `text`. */
export const dataFormats = ['json', 'ndjson', 'csv', 'tsv', 'yaml', 'md'] as const;
export type DataFormat = (typeof dataFormats)[number];

export interface RenderOptions {
  /** From --fields. Nested forms keep the nesting, tables take the dotted names as headings. */
  readonly fields?: readonly string[] | undefined;
  /** Columns of csv, tsv and md, dotted names allowed. Default: all keys, in order of appearance. */
  readonly columns?: readonly string[] | undefined;
  /** All documented fields, so that a wrong --fields is told even when there is no data. */
  readonly known?: readonly string[] | undefined;
  /** On a terminal, control characters in data are shown instead of sent. Default: a file or pipe. */
  readonly facts?: TerminalFacts | undefined;
}

/** Writes records one after the other, as they come. */
export interface RecordWriter {
  /** The text for one more record; it may be empty when columns can only be known at the end. */
  push(record: Plain): string;
  /** The text after the last record. */
  end(): string;
}

type Safe = (text: string) => string;

/** JSON stays JSON: what could steer a terminal is written as an escape, which can only occur within its strings. */
function safeJson(text: string): string {
  return text.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const same: Safe = (text) => text;

/** The text of a value in a cell: strings and numbers as they are, null as nothing, the rest as compact JSON. */
export function cellOf(value: Plain | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? stringifyJson(value, { escapeHtml: false }) : String(value);
}

/** Tabs and line breaks as `\t`, `\n`, `\r`, a backslash as `\\`: one record stays one line that `cut` and `awk` can take apart. */
function tsvCell(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[char] ?? char);
}

function mdCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');
}

const tableLines: Record<
  'csv' | 'tsv' | 'md',
  { line(cells: readonly string[]): string; head(columns: readonly string[]): string }
> = {
  csv: { line: (cells) => csvLine(cells), head: (columns) => csvLine(columns) },
  tsv: {
    line: (cells) => `${cells.map(tsvCell).join('\t')}\n`,
    head: (columns) => `${columns.map(tsvCell).join('\t')}\n`,
  },
  md: {
    line: (cells) => `|${cells.map((cell) => ` ${mdCell(cell)} |`).join('')}\n`,
    head: (columns) =>
      `|${columns.map((column) => ` ${mdCell(column)} |`).join('')}\n|${columns.map(() => ' --- |').join('')}\n`,
  },
};

/** A record for tables: whatever is no record stands in a column `value`. */
function asRecord(value: Plain): Plain {
  return isRecord(value) ? value : { value };
}

function tableWriter(format: 'csv' | 'tsv' | 'md', columns: readonly string[] | undefined, safe: Safe): RecordWriter {
  const { line, head } = tableLines[format];
  const rows: Plain[] = [];
  let started = false;
  const row = (record: Plain, names: readonly string[]): string =>
    safe(line(names.map((name) => cellOf(fieldOf(record, name)))));
  const begin = (names: readonly string[]): string => {
    const text = started ? '' : safe(head(names));
    started = true;
    return text;
  };
  return {
    push(value) {
      const record = asRecord(value);
      if (columns) return begin(columns) + row(record, columns);
      rows.push(record);
      return '';
    },
    end() {
      if (columns) return begin(columns);
      const names = [...new Set(rows.flatMap((record) => (isRecord(record) ? Object.keys(record) : [])))];
      // Keys are taken whole here, also those that hold dots.
      const whole = (record: Plain): string =>
        safe(
          line(names.map((name) => cellOf(isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined))),
        );
      return names.length === 0 ? '' : begin(names) + rows.map(whole).join('');
    },
  };
}

function jsonWriter(safe: Safe): RecordWriter {
  let count = 0;
  return {
    push(record) {
      const text = safe(stringifyJson(record, { indent: 2, escapeHtml: false })).replaceAll('\n', '\n  ');
      return `${count++ === 0 ? '[' : ','}\n  ${text}`;
    },
    end: () => (count === 0 ? '[]\n' : '\n]\n'),
  };
}

/**
 * A writer for records that arrive one by one: `ndjson` and, when columns or fields are given, the tables write each at once,
 * `json` and `yaml` a list. Fields are checked against the documented ones only.
 */
export function recordWriter(format: DataFormat, options: RenderOptions = {}): RecordWriter {
  const { fields } = options;
  if (fields) checkFields(fields, [], options.known);
  const tty = (options.facts ?? plainOutput).isTTY;
  const writer = plainWriter(format, fields ?? options.columns, tty);
  if (!fields || format === 'csv' || format === 'tsv' || format === 'md') return writer;
  return { push: (record) => writer.push(projectRecord(record, fields)), end: writer.end };
}

function plainWriter(format: DataFormat, columns: readonly string[] | undefined, tty: boolean): RecordWriter {
  if (format === 'json') return jsonWriter(tty ? safeJson : same);
  if (format === 'ndjson') {
    const safe = tty ? safeJson : same;
    return { push: (record) => `${safe(stringifyJson(record, { escapeHtml: false }))}\n`, end: () => '' };
  }
  if (format === 'yaml') {
    let count = 0;
    const push = (record: Plain): string => {
      count++;
      return tty ? visible(emitYaml([record])) : emitYaml([record]);
    };
    return { push, end: () => (count === 0 ? '[]\n' : '') };
  }
  return tableWriter(format, columns, tty ? visible : same);
}

/**
 * Data in the asked format, in pieces that end in newlines. A list of records is a list, a table with a row each, or a line
 * each; a single record is one document, or a table with one row. Whole numbers beyond 2^53 stay exact.
 * Throws a usage BoxError for a field that does not exist.
 */
export function* renderAs(
  format: DataFormat,
  data: Plain,
  options: RenderOptions = {},
): Generator<string, void, undefined> {
  const list = Array.isArray(data) ? (data as readonly Plain[]) : [data];
  const { fields } = options;
  if (fields) checkFields(fields, list, options.known);
  if (!Array.isArray(data) && (format === 'json' || format === 'yaml')) {
    yield document(format, fields ? projectRecord(data, fields) : data, (options.facts ?? plainOutput).isTTY);
    return;
  }
  const { known: _, ...rest } = options;
  const writer = recordWriter(format, rest);
  for (const record of list) {
    const text = writer.push(record);
    if (text !== '') yield text;
  }
  const text = writer.end();
  if (text !== '') yield text;
}

function document(format: 'json' | 'yaml', data: Plain, tty: boolean): string {
  if (format === 'yaml') return tty ? visible(emitYaml(data)) : emitYaml(data);
  const text = stringifyJson(data, { indent: 2, escapeHtml: false });
  return `${tty ? safeJson(text) : text}\n`;
}
