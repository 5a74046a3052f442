import { fail } from '#base/errors.ts';
import { activationHashId } from '#crypto/activation.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { type Claims, decode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import type { NscTable } from '#view/nsc-table.ts';
import { loadFileOrUrl } from '../load-text.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { claimsOutput, describeToken, outputFlag } from './describe.ts';
import { describeFlags } from './group.ts';
import { activationTable, operatorTable } from './operator-table.ts';
import { userTable } from './user-table.ts';

/** `nsc describe jwt` */
export const command = defineCommand({
  name: 'jwt',
  help: 'Show the token in a file or at a URL; creds files too',
  flags: { file: { type: 'string', short: 'f', help: 'File or URL of a token' }, ...outputFlag },
  inherits: describeFlags,
  examples: ['nsc describe jwt --file user.creds', 'nsc describe jwt --file account.jwt --json'],
  tags: { scope: 'local', impact: 'ro' },
  output: claimsOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    let { file } = flags;
    if (nsc.interactive)
      file = await (await import('../ask/choose.ts')).askText(nsc, 'token file or url', file, '--file');
    if (!file) throw fail('usage', 'file is required', { hint: 'give --file FILE' });
    const token = parseDecoratedJwt(await loadFileOrUrl(nsc, file));
    const claims = await decode(token);
    const kind = claims.kind === 'generic' ? String(claims.nats.type ?? 'generic') : claims.kind;
    await describeToken(runtime, flags, token, kind, () => tablesOf(nsc, claims, flags['long-ids']));
  },
});

async function tablesOf(nsc: Nsc, claims: Claims, long: boolean): Promise<NscTable[]> {
  switch (claims.kind) {
    case 'operator': {
      const { accountNames } = await import('../account-names.ts');
      const { system_account: system } = claims.nats;
      return [operatorTable(claims, system ? (await accountNames(nsc)).get(system) : undefined)];
    }
    case 'account': {
      const { accountTables } = await import('./account-table.ts');
      const { importNames } = await import('../account-names.ts');
      return accountTables(claims, await importNames(nsc, claims.nats.imports, long));
    }
    case 'user':
      return [userTable(claims)];
    case 'activation':
      return [activationTable(claims, await activationHashId(claims))];
    default:
      throw fail('usage', `there is no table for tokens of type ${claims.kind}`, { hint: 'add --json' });
  }
}
