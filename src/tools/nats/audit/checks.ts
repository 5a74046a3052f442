import { commaFloat } from '#base/size.ts';
import { any, list, map, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import { type CheckFacts, checkFacts } from './analysis.ts';
import { auditChecks } from './checks/all.ts';

/** `nats audit checks` */
export const command = defineCommand({
  name: 'checks',
  aliases: ['ls'],
  help: 'List the checks of an audit and their thresholds',
  flags: { json: { type: 'bool', help: 'Print the checks as JSON' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(obj({ code: str, suite: str, name: str, description: str, configuration: map(any) })),
  async run(input, runtime) {
    const checks = auditChecks.map(checkFacts);
    const text = async () => `${await tableText(runtime, checksTable(checks))}\n`;
    const rows = () => checks.map((check) => ({ ...check, configuration: thresholds(check) }));
    await runtime.show({ data: checks, text, rows }, { json: input.flags.json });
  },
});

/** Thresholds in short: `memory (90%), store (90%)`. */
function thresholds({ configuration }: CheckFacts): string {
  return Object.values(configuration)
    .map((c) => `${c.key} (${commaFloat(c.default)}${c.unit === '%' ? '%' : ''})`)
    .join(', ');
}

function checksTable(checks: readonly CheckFacts[]): Table {
  return {
    title: 'Audit Checks',
    headers: ['Suite', 'Code', 'Description', 'Configuration'],
    rows: checks.map((check) => [check.suite, check.code, check.description, thresholds(check)]),
  };
}
