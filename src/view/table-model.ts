// Tables as data, and as text that is not laid out yet.
import type { Style } from '#base/terminal.ts';

/** What a cell holds. Numbers and bigints make a column right-aligned, as Go numbers do; formatted numbers are strings. */
export type CellValue = string | number | bigint | boolean | null | undefined;
/** A value, or one in a style for terminals. */
export type Cell = CellValue | { readonly value: CellValue; readonly style: Style };

/** A line across the table, as an entry of its rows. */
export const separator = 'separator';
/** The cells of a row, or a line across the table. */
export type TableRow = readonly Cell[] | typeof separator;

/** A table as data: what it shows, not how. Rows may be shorter than the widest. */
export interface Table {
  readonly title?: string;
  readonly headers?: readonly string[];
  readonly rows: readonly TableRow[];
  /** Sums, below a line. */
  readonly footer?: readonly Cell[];
}

/** A cell ready to be laid out. */
export interface TextCell {
  /** Lines of the cell; at least one. */
  readonly lines: readonly string[];
  readonly style: Style;
}

/** A table in text: every row has all columns. */
export interface TextTable {
  readonly title: string;
  readonly headers: readonly TextCell[] | undefined;
  readonly rows: readonly (readonly TextCell[] | typeof separator)[];
  readonly footer: readonly TextCell[] | undefined;
  /** Columns that hold nothing but numbers are right-aligned, with their header and footer. */
  readonly right: readonly boolean[];
}
