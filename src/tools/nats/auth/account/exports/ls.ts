import { list } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { operatorFlag, pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { exportData, exportSchema, kindName, sortedBySubject } from './show.ts';

/** `nats auth account exports ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the exports of an account',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: operatorFlag,
  tags: { scope: 'system', impact: 'ro' },
  output: list(exportSchema),
  async run({ args, flags }, runtime) {
    const { name, claims } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const exports = sortedBySubject(claims.nats.exports);
    const rows = exports.map((e) => ({
      name: e.name,
      kind: kindName(e),
      subject: e.subject,
      activation_required: e.token_req,
      advertised: e.advertise,
      token_position: e.account_token_position,
      revocations: String(e.revocations.size),
    }));
    const table = async () =>
      `${await tableText(runtime, {
        title: `Exports for account ${name}`,
        headers: ['Name', 'Kind', 'Subject', 'Activation Required', 'Advertised', 'Token Position', 'Revocations'],
        rows: rows.map((row) => Object.values(row)),
      })}\n`;
    const text = () => (exports.length === 0 ? 'No Exports defined' : table());
    await runtime.show({ data: exports.map(exportData), text, rows: () => rows });
  },
});
