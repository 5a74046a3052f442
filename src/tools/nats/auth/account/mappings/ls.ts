import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { operatorFlag, pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { mappingsData, mappingsOutput } from './show.ts';

/** `nats auth account mappings ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the subject mappings of an account',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: operatorFlag,
  tags: { scope: 'system', impact: 'ro' },
  output: mappingsOutput,
  async run({ args, flags }, runtime) {
    const { name, claims } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const sorted = new Map([...claims.nats.mappings].sort(([a], [b]) => (a < b ? -1 : 1)));
    const rows = [...sorted].flatMap(([source, targets]) =>
      targets.map(({ subject, weight, cluster }) => ({ source, target: subject, weight, cluster })),
    );
    const table = async () =>
      `${await tableText(runtime, {
        title: `Subject mappings for account ${name}`,
        headers: ['Source Subject', 'Target Subject', 'Weight', 'Cluster'],
        rows: rows.map((row) => Object.values(row)),
      })}\n`;
    const text = () => (sorted.size === 0 ? 'No mappings defined' : table());
    await runtime.show({ data: mappingsData(sorted), text, rows: () => rows });
  },
});
