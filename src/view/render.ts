import { csvLine, tsvLine } from '#base/csv.ts';
import { stringifyJson, toJson } from '#base/json64.ts';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import { visible } from '#base/visible.ts';
import { emitYaml } from '#base/yaml-emit.ts';
import { checkFields, fieldOf, isRecord, type Plain, type PlainRecord, projectRecord } from './fields.ts';

/** What `--as` takes besides `text`. */
export const dataFormats = ['json', 'ndjson', 'csv', 'tsv', 'yaml', 'md'] as const;
/** A data form by its name. */
export type DataFormat = (typeof dataFormats)[number];

/** What is shown of the data, and where it goes. */
export interface RenderOptions {
  /** From --fields. Nested forms keep the nesting, tables take the dotted names as headings. */
  readonly fields?: readonly string[] | undefined;
  /** Columns of csv, tsv and md, dotted names allowed. Default: all keys, in order of appearance. */
  readonly columns?: readonly string[] | undefined;
  /** All documented fields, so that a wrong --fields is told even when there is no data. */
  readonly known?: readonly string[] | undefined;
  /** For records without an end: the columns, unless given, are the keys of the first record. */
  readonly live?: boolean | undefined;
  /** On a terminal, control characters in data are shown instead of sent. Default: a file or pipe. */
  readonly facts?: TerminalFacts | undefined;
}

/** Writes records one after the other, as they come. */
export interface RecordWriter {
  /** The text for one more record; it may be empty when columns can only be known at the end. */
  push(record: unknown): string;
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

function mdCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');
}

const tableLines: Record<
  'csv' | 'tsv' | 'md',
  { line(cells: readonly string[]): string; head(columns: readonly string[]): string }
> = {
  csv: { line: (cells) => `${csvLine(cells)}\n`, head: (columns) => `${csvLine(columns)}\n` },
  tsv: { line: (cells) => `${tsvLine(cells)}\n`, head: (columns) => `${tsvLine(columns)}\n` },
  md: {
    line: (cells) => `|${cells.map((cell) => ` ${mdCell(cell)} |`).join('')}\n`,
    head: (columns) =>
      `|${columns.map((column) => ` ${mdCell(column)} |`).join('')}\n|${columns.map(() => ' --- |').join('')}\n`,
  },
};

/** A record for tables: whatever is no record stands in a column `value`. */
function asRecord(value: unknown): PlainRecord {
  const data: Plain = toJson(value);
  return isRecord(data) ? data : { value: data };
}

function tableWriter(
  format: 'csv' | 'tsv' | 'md',
  given: readonly string[] | undefined,
  live: boolean,
  safe: Safe,
): RecordWriter {
  let columns = given;
  const { line, head } = tableLines[format];
  const rows: PlainRecord[] = [];
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
      if (live) columns ??= Object.keys(record);
      if (columns) return begin(columns) + row(record, columns);
      rows.push(record);
      return '';
    },
    end() {
      if (columns) return begin(columns);
      const names = [...new Set(rows.flatMap((record) => Object.keys(record)))];
      // Keys are taken whole here, also those that hold dots.
      const whole = (record: PlainRecord): string =>
        safe(line(names.map((name) => cellOf(Object.hasOwn(record, name) ? record[name] : undefined))));
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
 * `json` and `yaml` a list. Records are what JSON can hold, with bigint for whole numbers; an object with a toJSON method is
 * asked for it. Fields are checked against the documented ones only.
 */
export function recordWriter(format: DataFormat, options: RenderOptions = {}): RecordWriter {
  const { fields } = options;
  if (fields) checkFields(fields, [], options.known);
  const tty = (options.facts ?? plainOutput).isTTY;
  if (format === 'csv' || format === 'tsv' || format === 'md') {
    return tableWriter(format, fields ?? options.columns, options.live ?? false, tty ? visible : same);
  }
  const writer = treeWriter(format, tty ? (format === 'yaml' ? visible : safeJson) : same);
  if (!fields) return writer;
  return { push: (record) => writer.push(projectRecord(toJson(record), fields)), end: writer.end };
}

function treeWriter(format: 'json' | 'ndjson' | 'yaml', safe: Safe): RecordWriter {
  if (format === 'json') return jsonWriter(safe);
  if (format === 'ndjson') {
    return { push: (record) => `${safe(stringifyJson(record, { escapeHtml: false }))}\n`, end: () => '' };
  }
  let count = 0;
  return {
    push(record) {
      count++;
      return safe(emitYaml([toJson(record)]));
    },
    end: () => (count === 0 ? '[]\n' : ''),
  };
}

/** Where the text of records goes that arrive without an end. */
export interface StreamRenderer {
  item(record: unknown): void;
  end(): void;
}

/** A `recordWriter` that writes each record at once; the columns of tables are, unless given, the keys of the first record. */
export function streamRenderer(
  format: DataFormat,
  write: (text: string) => void,
  options: RenderOptions = {},
): StreamRenderer {
  const writer = recordWriter(format, { live: true, ...options });
  const put = (text: string): void => {
    if (text !== '') write(text);
  };
  return { item: (record) => put(writer.push(record)), end: () => put(writer.end()) };
}

/**
 * Data in the asked format, in pieces. A list of records is a list, a table with a row each, or a line each; a single record
 * is one document, or a table with one row. Whole numbers beyond 2^53 stay exact; the whole ends in a newline.
 * Throws a usage BoxError for a field that does not exist.
 */
export function* renderAs(
  format: DataFormat,
  data: unknown,
  options: RenderOptions = {},
): Generator<string, void, undefined> {
  const list: readonly unknown[] = Array.isArray(data) ? data : [data];
  const { fields, known, ...rest } = options;
  if (fields)
    checkFields(
      fields,
      list.map((record): Plain => toJson(record)),
      known,
    );
  if (!Array.isArray(data) && (format === 'json' || format === 'yaml')) {
    yield documentOf(format, fields ? projectRecord(toJson(data), fields) : data, (options.facts ?? plainOutput).isTTY);
    return;
  }
  const writer = recordWriter(format, { ...rest, fields });
  for (const record of list) {
    const text = writer.push(record);
    if (text !== '') yield text;
  }
  const text = writer.end();
  if (text !== '') yield text;
}

function documentOf(format: 'json' | 'yaml', data: unknown, tty: boolean): string {
  if (format === 'yaml') return tty ? visible(emitYaml(toJson(data))) : emitYaml(toJson(data));
  const text = stringifyJson(data, { indent: 2, escapeHtml: false });
  return `${tty ? safeJson(text) : text}\n`;
}
