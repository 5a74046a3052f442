// Reports for other readers than people at a terminal: Markdown (LLMFORMAT=1), and JSON by labels (TESTING=true).
import { byCodePoint, stringifyJson } from '#base/json64.ts';
import type { Columns } from './columns.ts';

/** The report as Markdown: a heading, sections, and a list of bold labels. */
export function columnsMarkdown(report: Columns): string {
  let out = report.heading === '' ? '' : `# ${report.heading}\n\n`;
  let depth = 0;
  let first = true;
  for (const entry of report.entries) {
    if (entry.kind === 'indent') depth = entry.width === 0 ? 0 : depth + 1;
    else if (entry.kind === 'section') out += `${first ? '' : '\n'}${'#'.repeat(depth + 2)} ${entry.title}\n\n`;
    else if (entry.kind === 'row')
      out += entry.label === '' ? `- ${entry.value}\n` : `- **${entry.label}:** ${entry.value}\n`;
    else out += `${entry.words.join(' ')}\n`;
    if (entry.kind !== 'indent') first = false;
  }
  return out;
}

type Section = Record<string, string | string[]>;

/**
 * The report as JSON: the heading as `Header`, rows by label, those of a section in an object of its title, with its free
 * lines as `header`. Keys are sorted; rows without a label are left out, and of rows with one label the last counts.
 */
export function columnsJson(report: Columns): string {
  const whole: Record<string, string | Section> = report.heading === '' ? {} : { Header: report.heading };
  let title = '';
  const place = (): Section => (title === '' ? whole : (whole[title] ??= {})) as Section;
  for (const entry of report.entries) {
    if (entry.kind === 'section') title = entry.title;
    else if (entry.kind === 'row' && entry.label !== '') place()[entry.label] = entry.value;
    else if (entry.kind === 'line' && entry.words.length > 0 && title !== '') {
      const section = place();
      section['header'] = [...((section['header'] as string[] | undefined) ?? []), ...entry.words];
    }
  }
  return `${stringifyJson(sorted(whole), { indent: 2 })}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
