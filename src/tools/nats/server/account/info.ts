import { fail } from '#base/errors.ts';
import { any, arr, bool, map, record, str } from '#cli/schema.ts';
import { noPrivileges } from '#client/system/gather.ts';
import { defineCommand } from '#runtime/command.ts';
import { columnsText } from '#runtime/text.ts';
import { archiveFlag } from '../flags.ts';
import { openSource } from '../source.ts';
import { group } from './group.ts';
import { accountReport } from './report.ts';

/** `nats server account info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i'],
  help: 'Show an account: state, mappings, imports, exports, revocations',
  args: { account: { type: 'string', required: true, help: 'Name or public key of the account' } },
  flags: { host: { type: 'string', help: 'Ask the server of this name' }, ...archiveFlag },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: record({ account_name: str, complete: bool, expired: bool, 'imports?': arr(any), 'mappings?': map(any) }),
  async run(input, runtime) {
    const { account } = input.args;
    const { host, archive } = input.flags;
    const source = await openSource(runtime, { archive, expect: 1 });
    const filter = host ? { server_name: host, exact_match: true } : {};
    const [answer] = await source.ask('ACCOUNTZ', { account, ...filter });
    if (!answer) {
      if (!archive) throw noPrivileges('no responses received');
      throw fail(
        'not-found',
        `no captured data for account "${account}"${host ? ` on host "${host}"` : ''} in ${archive}`,
      );
    }
    if (answer.error) throw fail('not-found', answer.error.description ?? 'unknown error');
    const info = answer.data?.account_detail;
    if (!info)
      throw fail('not-found', 'no account information received', { hint: 'nats server request accounts lists them' });
    const text = () => columnsText(runtime, accountReport(info, runtime.clock.now()));
    await runtime.show({ data: info, text }, { json: input.flags.json });
  },
});
