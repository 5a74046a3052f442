import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { obj, recordOf, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { natsConfigDir, quotedPath } from '#store/dirs.ts';
import { isFileName } from '#store/names.ts';
import { accountName, onlyUser } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { openNsc } from '../nsc.ts';
import { writeOut } from '../output-file.ts';
import { reportText } from '../report.ts';

/** `nsc generate context` */
export const command = defineCommand({
  name: 'context',
  help: 'Make a context of the nats tool for a user',
  flags: {
    context: { type: 'string', help: 'Name of the context' },
    user: { type: 'string', short: 'u', help: 'Name of the user; not needed when the account has one user' },
    ...accountFlag,
  },
  examples: ['nsc generate context --context orders --account ORDERS --user clerk'],
  tags: { scope: 'local', impact: 'rw' },
  output: recordOf(obj({ path: str, nsc: str, 'url?': str, creds: str })),
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { context } = flags;
    if (!context) throw fail('usage', 'context name is required', { hint: 'give --context NAME' });
    if (!isFileName(context)) throw fail('usage', 'context name cannot contain filepath separators');
    const account = await accountName(nsc, flags.account);
    const store = await nsc.store();
    const user = flags.user || (await onlyUser(nsc, account));
    const hint = `nsc list users --account ${account}`;
    if (!user) throw fail('usage', 'user is required', { hint });
    if (!(await store.hasUser(account, user))) {
      throw fail('not-found', `user ${quote(user)} not found in ${quote(account)}`, { hint });
    }
    const creds = nsc.keys.credsPath(store.info.name, account, user);
    if (!(await nsc.disk.has(creds))) {
      throw fail('not-found', `creds file ${quote(creds)} - doesn't exist - nsc generate creds first`);
    }
    const operator = await store.operator();
    const [url] = operator.nats.operator_service_urls;
    const file = { nsc: `nsc://${operator.name}/${account}/${user}`, ...(url ? { url } : {}), creds };
    const dir = join(natsConfigDir(runtime), 'context');
    const path = join(dir, context.endsWith('.json') ? context : `${context}.json`);
    if (!runtime.contract.plan) await runtime.files.mkdir(dir, 0o755);
    await writeOut(runtime, path, stringifyJson(file), { mode: 0o644, fresh: true });
    const text = () =>
      `${path}\n${reportText([{ level: 'ok', text: `wrote nats cli context file to ${quotedPath(runtime, path)}` }])}`;
    await runtime.show({ data: { path, ...file }, text });
  },
});
