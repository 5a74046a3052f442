import { toFixedEven } from '#base/fixed.ts';
import { visibleLine } from '#base/visible.ts';
import { type CheckResult, checkStatus, type PerfData } from './check.ts';

/**
 * One value as `name=value[unit][;warning][;critical]`: four decimals for seconds and none for the rest; no thresholds when
 * both are zero, `;;critical` when only that one is set. Names with blanks are quoted.
 */
export function perfText(item: PerfData): string {
  const decimals = item.unit === 's' ? 4 : 0;
  const number = (value: number): string => toFixedEven(value, decimals);
  const name = /[ \t]/.test(item.name) ? `'${item.name}'` : item.name;
  let text = `${name}=${number(item.value)}${item.unit ?? ''}`;
  if (item.warning) text += `;${number(item.warning)}`;
  else if (item.critical) text += ';';
  if (item.critical) text += `;${number(item.critical)}`;
  return text;
}

/** The line a Nagios plugin prints: `STATUS NAME Crit:... Warn:... OK:... | name=value...`. No newline. */
export function nagiosLine(result: CheckResult): string {
  const parts = [
    checkStatus(result),
    result.name,
    ...result.criticals.map((text) => `Crit:${text}`),
    ...result.warnings.map((text) => `Warn:${text}`),
    ...(result.output ? [result.output] : result.oks.map((text) => `OK:${text}`)),
  ];
  const perf = result.perf.map(perfText).join(' ');
  return visibleLine(parts.join(' ')) + (perf === '' ? '' : ` | ${perf}`);
}
