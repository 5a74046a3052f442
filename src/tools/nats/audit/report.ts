// How an audit's report reads: lines with a summary, or a page of Markdown.

import { paint, type Style, type TerminalFacts } from '#base/terminal.ts';
import { civil, formatDateTime, pad, tryParseRfc3339 } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { columns } from '#view/columns.ts';
import type { Analysis, CheckResult } from './analysis.ts';
import type { Outcome } from './checks/check.ts';

const styles: Readonly<Record<Outcome, Style>> = { PASS: 'green', WARN: 'yellow', FAIL: 'red', SKIP: '' };

/** The lines of a report: a line for each check, its examples below it. */
export function reportLines(
  analysis: Analysis,
  file: string,
  more: ReadonlyMap<string, number>,
  facts: TerminalFacts,
): string {
  const safe = (text: string): string => (facts.isTTY ? visible(text) : text);
  const at = tryParseRfc3339(analysis.metadata.capture_timestamp);
  let out = `NATS Audit Report "${file}" captured at ${at === undefined ? '' : formatDateTime(at)}\n\n`;
  for (const { check, outcome_string: outcome, examples } of analysis.checks) {
    out += `[${paint(outcome, styles[outcome] ?? '', facts)}] [${check.code}] ${check.description}\n`;
    if (examples.error) out += `${paint('Error', 'red', facts)}: ${safe(examples.error)}\n`;
    const list = examples.examples ?? [];
    for (const example of list) out += ` - ${safe(example)}\n`;
    const rest = more.get(check.code) ?? 0;
    if (rest > 0) out += ` - ... and ${rest} more ...\n`;
    if (list.length > 0) out += '\n';
  }
  return `${out}\n`;
}

/** Where the archive is from, and how many checks ended how. */
export function summary({ metadata, outcomes }: Analysis) {
  return columns('Report Summary')
    .section('Archive Information')
    .row('Connection Server', metadata.connect_url)
    .row('Server Version', metadata.connected_server_version)
    .row('Creator', metadata.version)
    .row('User', metadata.user_name)
    .section('Summary of Checks')
    .countRows(
      { WARN: outcomes.WARN ?? 0, FAIL: outcomes.FAIL ?? 0, SKIP: outcomes.SKIP ?? 0, PASS: outcomes.PASS ?? 0 },
      'up',
    );
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A time as in `02 Jan 06 15:04 +0000`. */
function shortTime(text: string): string {
  const ns = tryParseRfc3339(text);
  if (ns === undefined) return text;
  const c = civil(ns);
  return `${pad(c.day, 2)} ${months[c.month - 1]} ${pad(c.year % 100, 2)} ${pad(c.hour, 2)}:${pad(c.minute, 2)} +0000`;
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

/** The report as Markdown, with so many examples of each check (0 for all). */
export function reportMarkdown(analysis: Analysis, limit: number): string {
  const { metadata, outcomes } = analysis;
  const counts = (['FAIL', 'WARN', 'PASS', 'SKIP'] as const).map((name) => `|${name}|${outcomes[name] ?? 0}|`);
  const made = `The archive is from **${metadata.connect_url}**, made by **${metadata.user_name}** at **${shortTime(metadata.capture_timestamp)}**`;
  const parts = [
    `# NATS Audit Report produced ${shortTime(analysis.time)}`,
    `## Connection Details\n\n${made}`,
    `## Report Summary\n\n|Status|Count|\n|------|-----|\n${counts.join('\n')}`,
    '## Results',
  ];
  const suites = new Set(analysis.checks.map((r) => r.check.suite));
  for (const suite of [...suites].sort()) {
    parts.push(`### Check Suite: ${suite}`);
    const own = analysis.checks.filter((r) => r.check.suite === suite);
    own.sort((a, b) => (a.check.code < b.check.code ? -1 : 1));
    for (const result of own) parts.push(...markdownResult(result, limit));
  }
  return `${parts.join('\n\n')}\n`;
}

function markdownResult({ check, outcome_string: outcome, examples }: CheckResult, limit: number): string[] {
  const parts = [`#### ${check.name}`, `Outcome: **${outcome}**`];
  if (examples.error) parts.push(`Error: ${examples.error}`);
  const all = examples.examples ?? [];
  const shown = limit === 0 ? all : all.slice(0, limit);
  if (shown.length > 0) {
    const rows = shown.map((text, i) => `|${i + 1}|${inCell(text)}|`);
    parts.push(`|#|Example|\n|-|-------|\n${rows.join('\n')}`);
  }
  return parts;
}
