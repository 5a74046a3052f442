import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { any, arr, int, map, obj, recordOf, str } from '#cli/schema.ts';
import { openArchive } from '#client/system/archive-file.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Analysed, analyse, readAnalysis } from './analysis.ts';
import { reportLines, reportMarkdown, summary } from './report.ts';

const result = obj({
  check: obj({ code: str, suite: str, name: str, description: str, configuration: map(any) }),
  outcome: int,
  outcome_string: str,
  examples: obj({ 'examples?': arr(str), 'error?': str }),
});

/** `nats audit analyze` */
export const command = defineCommand({
  name: 'analyze',
  help: 'Check an archive made by "nats audit gather"\n\nThe report tells of each check whether it passed, and what was found. --strict makes the exit status 10 when a check failed.',
  args: { archive: { type: 'existing-file', help: 'The archive' } },
  flags: {
    'max-examples': { type: 'uint', default: '5', help: 'Findings to show of each check, 0 for all' },
    skip: { type: 'string', cumulative: true, placeholder: 'CODE', help: 'Leave out a check, or a suite of checks' },
    load: { type: 'string', placeholder: 'FILE', help: 'Show a report that was saved' },
    save: { type: 'string', placeholder: 'FILE', help: 'Save the report as well' },
    force: { type: 'bool', short: 'f', help: 'Replace a report that is there' },
    json: { type: 'bool', short: 'j', help: 'Print the report as JSON' },
    markdown: { type: 'bool', help: 'Print the report as Markdown' },
    verbose: { type: 'bool', help: 'Say what is missing in the archive' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: recordOf(
    obj({
      ...{ type: str, time: str, metadata: map(str), skipped_checks: arr(str), skipped_suites: arr(str) },
      ...{ checks: arr(result), outcomes: map(int) },
    }),
  ),
  async run(input, runtime) {
    const { flags } = input;
    const limit = Number(flags['max-examples']);
    const { analysed, file } = flags.load
      ? { analysed: await load(runtime, flags.load), file: flags.load }
      : await fromArchive(runtime, input.args.archive, flags);
    const { analysis, more } = analysed;
    const text = async (): Promise<string> => {
      if (flags.markdown) return reportMarkdown(analysis, limit);
      const lines = reportLines(analysis, file, more, runtime.terminal);
      return `${lines}${await columnsText(runtime, summary(analysis))}`;
    };
    const rows = () =>
      analysis.checks.map((r) => ({ ...r.check, configuration: undefined, ...r.examples, outcome: r.outcome_string }));
    await runtime.show({ data: analysis, text, rows }, { json: flags.json });
    if (flags.save && !flags.load) await save(runtime, flags.save, stringifyJson(analysis, { indent: 2 }));
    const failed = analysis.checks.filter((r) => r.outcome_string === 'FAIL').map((r) => r.check.code);
    if (runtime.contract.strict && failed.length > 0) {
      throw fail('check-failed', `checks failed: ${failed.join(', ')}`, { hint: 'the report tells what was found' });
    }
  },
});

async function load(runtime: Runtime, file: string): Promise<Analysed> {
  const text = await runtime.files.readText(file).catch((error: unknown) => {
    throw fail('not-found', `open ${file}: no such file or directory`, {
      hint: 'nats audit analyze ARCHIVE --save FILE writes a report',
      reason: error,
    });
  });
  return { analysis: readAnalysis(text), more: new Map() };
}

async function fromArchive(
  runtime: Runtime,
  file: string | undefined,
  flags: {
    readonly save?: string | undefined;
    readonly force: boolean;
    readonly skip: readonly string[];
    readonly 'max-examples': bigint;
    readonly verbose: boolean;
  },
): Promise<{ analysed: Analysed; file: string }> {
  if (flags.save && !flags.force && (await runtime.files.stat(flags.save))) {
    throw fail('conflict', `result file "${flags.save}" already exist, use --force to overwrite`);
  }
  if (!file) {
    throw fail('usage', 'archive path is required', { hint: 'nats audit gather --output FILE makes an archive' });
  }
  const archive = await openArchive(await runtime.files.readBytes(file));
  const isLoud = flags.verbose || runtime.globals['trace'] === true;
  const analysed = await analyse(archive, {
    skip: flags.skip,
    examples: Number(flags['max-examples']),
    now: runtime.clock.now(),
    log: (text) => (isLoud ? runtime.log(text) : undefined),
  });
  return { analysed, file };
}

async function save(runtime: Runtime, file: string, text: string): Promise<void> {
  if (runtime.contract.plan) runtime.err.line(`Would save the report to ${file}`);
  else await runtime.files.write(file, text);
}
