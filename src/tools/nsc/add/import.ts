import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { type Import, newImport } from '#crypto/imports.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { validate } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { type AccountEdit, editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { loadFileOrUrl } from '../load-text.ts';
import type { Nsc } from '../nsc.ts';
import { accountKey } from '../public-key.ts';
import { warnAboutImport } from './import-warnings.ts';

/** `nsc add import` */
export const command = defineCommand({
  name: 'import',
  help:
    'Import a stream or service of another account\n\n' +
    'Public exports are named by --src-account and --remote-subject, private ones by the activation token of their ' +
    'account (see "nsc generate activation").',
  flags: {
    token: { type: 'string', short: 'u', help: 'File or URL of an activation token (private exports)' },
    name: { type: 'string', short: 'n', help: 'Name of the import; the remote subject if not given' },
    'local-subject': { type: 'string', short: 's', help: 'Name of the subject in this account' },
    'src-account': { type: 'string', help: 'Public key or name of the exporting account' },
    'remote-subject': { type: 'string', help: 'Subject that is exported (public exports)' },
    service: { type: 'bool', help: 'Import a service, not a stream' },
    share: { type: 'bool', help: 'Show the exporter who asks in latency samples (services)' },
    'allow-trace': { type: 'bool', help: 'Let the exporter trace messages into this account (streams)' },
    ...accountFlag,
  },
  examples: [
    'nsc add import --src-account ORDERS --remote-subject "orders.>" --local-subject "acme.>"',
    'nsc add import --token activation.jwt',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      let { account } = flags;
      let made: string | undefined;
      if (nsc.interactive) {
        const { askImport } = await import('../ask/import.ts');
        const asked = await askImport(nsc, flags);
        account = asked.account;
        made = asked.activation;
        flags = { ...flags, ...asked.flags };
      } else refuseMixed(isSet('token'), isSet('src-account'), isSet('remote-subject'));
      const name = await accountName(nsc, account);
      return editAccount(nsc, name, async (edit) => {
        const activation = made ?? (flags.token ? await loadToken(nsc, flags.token) : undefined);
        const added = activation
          ? await importOfToken(edit.account, activation, flags)
          : await publicImport(nsc, flags);
        await addImport(nsc, edit, added);
        return `added ${added.type} import ${quote(added.subject)}`;
      });
    });
  },
});

interface ImportFlags {
  readonly token: string | undefined;
  readonly name: string | undefined;
  readonly 'local-subject': string | undefined;
  readonly 'src-account': string | undefined;
  readonly 'remote-subject': string | undefined;
  readonly service: boolean;
  readonly share: boolean;
  readonly 'allow-trace': boolean;
}

function refuseMixed(token: boolean, account: boolean, subject: boolean): void {
  if (token && (account || subject)) {
    throw fail('usage', 'private imports require src-account, remote-subject and service to be unset');
  }
  if (!token && !(account && subject)) {
    throw fail('usage', 'public imports require src-account, remote-subject', {
      hint: 'for a private export give --token FILE',
    });
  }
}

async function loadToken(nsc: Nsc, from: string): Promise<string> {
  return parseDecoratedJwt(await loadFileOrUrl(nsc, from));
}

async function publicImport(nsc: Nsc, flags: ImportFlags): Promise<Import> {
  const subject = flags['remote-subject'] ?? '';
  if (subject === '') throw fail('usage', 'remote-subject cannot be empty');
  return newImport({
    name: flags.name || subject,
    subject,
    local_subject: flags['local-subject'] ?? '',
    account: await accountKey(nsc, flags['src-account'], { flag: '--src-account' }),
    type: flags.service ? 'service' : 'stream',
    ...kindFlags(flags, flags.service),
  });
}

function kindFlags(flags: ImportFlags, service: boolean): Partial<Import> {
  if (!service && flags.share) throw fail('usage', 'only services can set the share property');
  return service ? { share: flags.share } : { allow_trace: flags['allow-trace'] };
}

async function importOfToken(account: AccountClaims, token: string, flags: ImportFlags): Promise<Import> {
  const claims = await decodeAs(token, 'activation');
  if (claims.sub !== 'public' && claims.sub !== account.sub) {
    throw fail('denied', `activation is not intended for this account - it is for ${quote(claims.sub)}`);
  }
  const service = claims.nats.kind === 'service';
  const { subject } = claims.nats;
  return newImport({
    name: flags.name || claims.name || subject,
    subject,
    local_subject: flags['local-subject'] || (service ? subject : ''),
    account: claims.nats.issuer_account || claims.iss,
    token,
    type: service ? 'service' : 'stream',
    ...kindFlags(flags, service),
  });
}

async function addImport(nsc: Nsc, edit: AccountEdit, added: Import): Promise<void> {
  const { account } = edit;
  if (added.account === account.sub) throw fail('usage', 'export issuer is this account');
  const same = (held: Import) =>
    held.type === added.type && held.account === added.account && held.subject === added.subject;
  if (account.nats.imports.some(same)) {
    const what = `${added.type} ${quote(added.subject)}`;
    throw fail('conflict', `account already imports ${what} from ${added.account}`);
  }
  account.nats.imports.push(added);
  const issue = (await validate(account, nsc.now())).find(({ level }) => level === 'error');
  if (issue) throw fail('usage', issue.text);
  await warnAboutImport(edit, added);
}
