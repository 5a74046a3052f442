import { fail } from '#base/errors.ts';
import { paint } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { arr, bool, int, obj, record, str } from '#cli/schema.ts';
import { type ClaimsUpdate, updateAccountClaims } from '#client/system/claims.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { openLive } from '../../server/source.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { openAuth } from '../session.ts';

/** `nats auth account push` */
export const command = defineCommand({
  name: 'push',
  help: 'Give the servers the account as it is here\n\nThe login must be one of the system account.',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: { ...operatorFlag, show: { type: 'bool', help: 'Print the JWT first' } },
  tags: { scope: 'system', impact: 'rw' },
  output: record({
    account: str,
    subject: str,
    'token?': str,
    servers: arr(obj({ name: str, updated: bool, 'error?': str })),
    success: int,
    failed: int,
    expected: int,
  }),
  async run({ args, flags }, runtime) {
    const account = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const token = await account.operator.store.accountToken(account.name);
    const { name, claims } = account;
    const facts = { account: name, subject: claims.sub, ...(flags.show ? { token } : {}) };
    const isText = runtime.contract.as === 'text' && !runtime.contract.jq && !runtime.contract.fields;
    const say = (line: string) => (isText ? runtime.out.line(line) : undefined);
    if (flags.show) for (const line of [`Account JWT for ${name}`, '', token, '']) say(line);
    if (runtime.contract.plan) {
      const none = { ...facts, servers: [], success: 0, failed: 0, expected: 0 };
      return runtime.show({ data: none, text: () => `Would update account ${name} (${claims.sub}) on all servers` });
    }
    const { updates, expected } = await push(runtime, name, claims.sub, token, say);
    const failed = updates.filter(({ error }) => error !== undefined).length;
    const success = updates.length - failed;
    say(`\nSuccess ${success} Failed ${failed}${expected > 0 ? ` Expected ${expected}` : ''}`);
    await runtime.out.flush();
    const servers = updates.map(({ server, error }) => ({
      name: server,
      updated: error === undefined,
      ...(error === undefined ? {} : { error }),
    }));
    if (!isText) await runtime.show({ data: { ...facts, servers, success, failed, expected }, text: () => '' });
    refuse(success, failed, expected);
  },
});

async function push(
  runtime: Runtime,
  name: string,
  subject: string,
  token: string,
  say: (line: string) => void,
): Promise<{ updates: ClaimsUpdate[]; expected: number }> {
  const { connection, gathering, activeServers } = await openLive(runtime);
  // A login without rights is told by the update itself.
  const expected = await activeServers().catch(() => 0);
  const where =
    expected > 0
      ? `Updating account ${name} (${subject}) on ${expected} server(s)`
      : `Updating Account ${name} (${subject}) on all servers`;
  say(`${where}\n`);
  const facts = runtime.terminal;
  const shown = (text: string) => (facts.isTTY ? visibleLine(text) : text);
  const updates = await updateAccountClaims(connection, subject, token, {
    ...gathering,
    expect: expected,
    onUpdate: ({ server, error }) => {
      if (error === undefined) say(`${paint('✓', 'green', facts)} Update completed on ${shown(server)}`);
      else say(`${paint('X', 'red', facts)} Update failed${server ? ` on ${shown(server)}` : ''}: ${shown(error)}`);
    },
  });
  return { updates, expected };
}

function refuse(success: number, failed: number, expected: number): void {
  const kind = success > 0 ? 'partial' : 'error';
  if (failed > 0) throw fail(kind, `update failed on ${expected > 0 ? `${failed}/${expected}` : failed} servers`);
  if (success === 0) throw fail('timeout', 'no servers were updated', { hint: 'give more time with --timeout' });
  if (expected > 0 && success !== expected) {
    throw fail('partial', `received updated from only ${success} out of ${expected} servers`, {
      hint: 'push again; nats server list shows who answers',
    });
  }
}
