// Shows what a check found and exits as monitoring systems expect.
import { fail } from '#base/errors.ts';
import { systemErrorText } from '#base/system-error.ts';
import { any, arr, num, obj, recordOf, str } from '#cli/schema.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { type CheckResult, checkExit, checkJson, checkStatus } from '#view/check.ts';

/** Shape of a check's data, which is also that of --format json. */
export const checkOutput = recordOf(
  obj({
    status: str,
    check_suite: str,
    check_name: str,
    'warning?': arr(str),
    'critical?': arr(str),
    'ok?': arr(str),
    perf_data: arr(obj({ name: str, value: num, warning: num, critical: num, 'unit?': any })),
  }),
);

/** The flags of the group. */
export interface CheckFlags {
  readonly format: string;
  readonly namespace: string;
  readonly outfile?: string | undefined;
}

/** Monitoring that knows the original takes a check that cannot be made for critical; only --strict says unknown. */
export function asStrict(runtime: Runtime, found: CheckResult): CheckResult {
  return runtime.contract.strict ? found : { ...found, isUnknown: false };
}

/** Shows the result of a check and exits with its status. `checkText` is loaded only for the form that needs it. */
export async function showCheck(runtime: Runtime, flags: CheckFlags, found: CheckResult): Promise<never> {
  const result = asStrict(runtime, found);
  const { as, jq, fields } = runtime.contract;
  const isData = as !== 'text' || jq !== undefined || fields !== undefined || runtime.globals.isSet('as');
  if (flags.outfile) {
    const { outfile } = flags;
    await runtime.files.write(outfile, await renderCheck(runtime, flags, result), 0o600).catch((error: unknown) => {
      throw fail('error', `temp file failed: open ${outfile}: ${systemErrorText(error)}`, { reason: error });
    });
  } else {
    const rows = () => checkJson(result)['perf_data'] as unknown[];
    await runtime.show({ data: checkJson(result), rows, text: () => renderCheck(runtime, flags, result) });
  }
  runtime.exit(flags.format === 'prometheus' && !isData ? 0 : checkExit(checkStatus(result)));
}

async function renderCheck(runtime: Runtime, flags: CheckFlags, result: CheckResult): Promise<string> {
  switch (flags.format) {
    case 'json': {
      const { stringifyJson } = await import('#base/json64.ts');
      return `${stringifyJson(checkJson(result), { indent: 2 })}\n`;
    }
    case 'prometheus': {
      const { checkMetrics, prometheusText } = await import('#view/prometheus.ts');
      return `${prometheusText(checkMetrics(result, flags.namespace))}\n`;
    }
    case 'text': {
      const { checkText } = await import('#view/check-text.ts');
      const { tableFormatOf } = await import('#view/table.ts');
      const format = tableFormatOf({
        NATS_TABLE_FORMAT: runtime.env('NATS_TABLE_FORMAT'),
        LLMFORMAT: runtime.env('LLMFORMAT'),
      });
      return checkText(result, { facts: runtime.terminal, format });
    }
    default: {
      const { nagiosLine } = await import('#view/nagios.ts');
      return `${nagiosLine(result)}\n`;
    }
  }
}
