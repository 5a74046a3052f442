// A configuration without tokens: accounts and users by nkey, for servers that have no operator.
import { fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { Permissions } from '#crypto/permissions.ts';
import { isContainedIn } from '#crypto/subjects.ts';
import type { UserClaims } from '#crypto/user.ts';

/** An account with its users. */
export interface NkeyAccount {
  readonly claims: AccountClaims;
  readonly users: readonly UserClaims[];
}

type Export = AccountClaims['nats']['exports'][number];
type Import = AccountClaims['nats']['imports'][number];

/** The `accounts` block of a server configuration. Fails with not-found when an import's account is unknown. */
export async function nkeyConfig(accounts: readonly NkeyAccount[]): Promise<string> {
  const names = new Map(accounts.map(({ claims }) => [claims.sub, claims.name]));
  const lines = ['accounts: {'];
  for (const { claims, users } of [...accounts].sort((a, b) => (a.claims.name < b.claims.name ? -1 : 1))) {
    const exports: string[] = [];
    for (const one of claims.nats.exports) exports.push(exportText(one, await importers(claims.sub, one, accounts)));
    lines.push(`  ${word(claims.name)}: {`);
    lines.push(...section('users', users.map(userText)));
    lines.push(...section('exports', exports));
    lines.push(
      ...section(
        'imports',
        claims.nats.imports.map((one) => importText(one, names)),
      ),
    );
    lines.push('  }');
  }
  return [...lines, '}', ''].join('\n');
}

/** Names of the accounts that hold an activation of a private export. */
async function importers(
  exporter: string,
  one: Export,
  accounts: readonly NkeyAccount[],
): Promise<string[] | undefined> {
  if (!one.token_req) return undefined;
  const found: string[] = [];
  for (const { claims } of accounts) {
    for (const held of claims.nats.imports) {
      const same = held.account === exporter && held.type === one.type && isContainedIn(held.subject, one.subject);
      if (!same || held.token === '') continue;
      const activation = await decodeAs(held.token, 'activation');
      if (activation.sub === claims.sub) found.push(claims.name);
    }
  }
  return found;
}

/** What the configuration's language would read as something else is quoted. */
function word(text: string): string {
  return /^[A-Za-z][\w.>*-]*$/.test(text) && !/^(true|false|on|off|yes|no)$/i.test(text) ? text : JSON.stringify(text);
}

function section(name: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`    ${name}: [`, ...items.map((item) => `      ${item}`), '    ]'];
}

function userText({ sub, nats }: UserClaims): string {
  const permissions = permissionText(nats);
  return `{ nkey: ${sub}${permissions === '' ? '' : `, permissions: ${permissions}`} }`;
}

function permissionText(held: Permissions): string {
  const side = (name: string, { allow, deny }: Permissions['pub']) => {
    const parts = [
      ...(allow.length > 0 ? [`allow: ${JSON.stringify(allow)}`] : []),
      ...(deny.length > 0 ? [`deny: ${JSON.stringify(deny)}`] : []),
    ];
    return parts.length > 0 ? [`${name}: { ${parts.join(', ')} }`] : [];
  };
  const parts = [...side('publish', held.pub), ...side('subscribe', held.sub)];
  if (held.resp) parts.push(`allow_responses: { max: ${held.resp.max}, expires: "${held.resp.ttl}ns" }`);
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '';
}

function exportText(one: Export, accounts: readonly string[] | undefined): string {
  const several = one.type === 'service' && one.response_type !== '' && one.response_type !== 'Singleton';
  const response = several ? `, response_type: ${one.response_type.toLowerCase()}` : '';
  const who = accounts ? `, accounts: [${accounts.map(word).join(',')}]` : '';
  return `{ ${one.type}: ${word(one.subject)}${response}${who} }`;
}

function importText(one: Import, names: ReadonlyMap<string, string>): string {
  const account = names.get(one.account);
  if (account === undefined) {
    throw fail('not-found', `unable to resolve account "${one.account}" in import under current operator`);
  }
  const from = `{ account: ${word(account)}, subject: ${word(one.subject)} }`;
  const local = one.local_subject || one.to;
  const target = one.type === 'stream' && !one.local_subject ? 'prefix' : 'to';
  return `{ ${one.type}: ${from}${local ? `, ${target}: ${word(local)}` : ''} }`;
}
