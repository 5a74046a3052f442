import { commaFloat } from '#base/size.ts';
import { type CheckResult, checkStatus } from './check.ts';
import { renderTable, type TableOptions } from './table.ts';

/** A check for people: the verdict, what led to it, and the values, in tables. Ends with an empty line. */
export function checkText(result: CheckResult, options: TableOptions = {}): string {
  let out = `${result.name}: ${checkStatus(result)}\n\n`;
  const detail = [
    ...result.oks.map((text) => ['OK', text]),
    ...result.warnings.map((text) => ['Warning', text]),
    ...result.criticals.map((text) => ['Critical', text]),
  ];
  if (detail.length > 0)
    out += `Status Detail\n\n${renderTable({ headers: ['Status', 'Message'], rows: detail }, options)}`;
  if (result.perf.length === 0) return `${out}\n`;
  const rows = result.perf.map((item) => [
    item.name,
    commaFloat(item.value, 3),
    item.unit ?? '',
    commaFloat(item.critical ?? 0, 3),
    commaFloat(item.warning ?? 0, 3),
    item.help ?? '',
  ]);
  const headers = ['Metric', 'Value', 'Unit', 'Critical Threshold', 'Warning Threshold', 'Description'];
  return `${out}\nCheck Metrics\n\n${renderTable({ headers, rows }, options)}\n`;
}
