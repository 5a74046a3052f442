// How tables and reports look for this runtime: its terminal, NATS_TABLE_FORMAT, --colors, the context's scheme.
import { type Columns, renderColumns } from '#view/columns.ts';
import { type ColorScheme, colorSchemeOf, renderTable, tableFormatOf } from '#view/table.ts';
import type { Table } from '#view/table-model.ts';
import type { Runtime } from './runtime.ts';

/** A table as text for this runtime. */
export async function tableText(runtime: Runtime, table: Table): Promise<string> {
  const format = tableFormatOf({
    ...optional('NATS_TABLE_FORMAT', runtime.env('NATS_TABLE_FORMAT')),
    ...optional('LLMFORMAT', runtime.env('LLMFORMAT')),
  });
  return renderTable(table, { facts: runtime.terminal, format, scheme: await schemeOf(runtime) });
}

/** A label and value report as text for this runtime. */
export async function columnsText(runtime: Runtime, report: Columns): Promise<string> {
  if (runtime.env('LLMFORMAT') === '1') return (await import('#view/columns-forms.ts')).columnsMarkdown(report);
  // How the original's own tests read reports.
  if (runtime.env('TESTING') === 'true') return (await import('#view/columns-forms.ts')).columnsJson(report);
  return renderColumns(report, { facts: runtime.terminal, scheme: await schemeOf(runtime) });
}

async function schemeOf(runtime: Runtime): Promise<ColorScheme | undefined> {
  const asked = runtime.globals['colors'];
  if (typeof asked === 'string') return colorSchemeOf(asked);
  if (!runtime.terminal.isTTY || runtime.tool !== 'nats') return undefined;
  const { loadSettings } = await import('./settings.ts');
  const settings = await loadSettings(runtime).catch(() => undefined);
  return colorSchemeOf(settings?.colorScheme);
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string });
}
