import type { AccountClaims } from '#crypto/account.ts';
import type { Claims } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserClaims } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Nsc, openNsc } from '../../nsc.ts';
import { accountBody, type DiagramOptions, operatorBody, permissionObject, userBody } from './bodies.ts';
import { diagramFlags, diagramOutput, footer, infoNote, plain, showDiagram } from './plantuml.ts';

/** `nsc generate diagram object` */
export const command = defineCommand({
  name: 'object',
  help: 'Draw operator, accounts and users with their limits and permissions',
  flags: {
    'show-keys': { type: 'bool', help: 'Add the keys, and whether their seeds are stored' },
    users: { type: 'bool', help: 'Add the users' },
    detail: { type: 'bool', help: 'Add what is empty or unlimited' },
    ...diagramFlags,
  },
  examples: ['nsc generate diagram object --users --output-file store.puml'],
  tags: { scope: 'local', impact: 'ro' },
  output: diagramOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const store = await nsc.store();
    const operator = await store.operator();
    const options: DiagramOptions = {
      detail: flags.detail,
      keys: flags['show-keys'],
      now: nsc.now(),
      isStored: (key) => nsc.keys.has(key),
    };
    const lines = ['@startuml', 'title Object Diagram', object(operator, 'operator')];
    lines.push(...(await operatorBody(operator, options)), '}');
    lines.push(...(await signingKeys(nsc, operator, 'operator', operator.nats.signing_keys, options)));
    for (const name of await store.accounts()) {
      const account = await store.account(name);
      lines.push(...(await accountLines(nsc, operator, account, options)));
      if (!flags.users) continue;
      for (const user of await store.users(name)) {
        lines.push(...(await userLines(account, await store.user(name, user), options)));
      }
    }
    lines.push(...footer(nsc, store.dir));
    await showDiagram(runtime, flags['output-file'], lines);
  },
});

function object({ name, sub }: Claims, what: string): string {
  return `object "${plain(name)}" as ${sub} << ${what} >> {`;
}

async function signingKeys(
  nsc: Nsc,
  claims: Claims,
  what: string,
  keys: readonly string[],
  options: DiagramOptions,
): Promise<string[]> {
  if (!options.keys || keys.length === 0) return [];
  const id = `${claims.sub}_sk`;
  const lines = [`map "${plain(claims.name)}" as ${id} << ${what} signing keys >> {`, 'key => stored'];
  for (const key of keys) lines.push(`${key} => ${await nsc.keys.has(key)}`);
  return [...lines, '}', `${claims.sub} *-- ${id} `];
}

function signed(signer: Claims, signee: Claims, options: DiagramOptions): string {
  if (signee.iss === signee.sub) return `${signee.iss} -- ${signee.sub} : "self signed >"`;
  const byKey = options.keys && signee.iss !== signer.sub;
  return `${byKey ? `${signer.sub}_sk::${signee.iss}` : signer.sub} -- ${signee.sub} : "signed >"`;
}

function hasPermissions({
  pub,
  sub,
  resp,
}: UserClaims['nats'] | AccountClaims['nats']['default_permissions']): boolean {
  return pub.allow.length + pub.deny.length + sub.allow.length + sub.deny.length > 0 || resp !== undefined;
}

async function accountLines(
  nsc: Nsc,
  operator: OperatorClaims,
  account: AccountClaims,
  options: DiagramOptions,
): Promise<string[]> {
  const { nats, sub } = account;
  const what = sub === operator.nats.system_account ? 'system account' : 'account';
  const lines = [object(account, what), ...(await accountBody(account, options)), '}'];
  if (hasPermissions(nats.default_permissions)) {
    lines.push(...permissionObject(account, 'default', nats.default_permissions, options));
    lines.push(`${sub} *-- ${sub}_permissions`);
  }
  lines.push(...(await signingKeys(nsc, account, 'account', [...nats.signing_keys.keys()].sort(), options)));
  lines.push(signed(operator, account, options), ...infoNote(sub, nats));
  return lines;
}

async function userLines(account: AccountClaims, user: UserClaims, options: DiagramOptions): Promise<string[]> {
  const lines = [object(user, 'user'), ...(await userBody(user, options)), '}'];
  if (hasPermissions(user.nats)) {
    lines.push(...permissionObject(user, 'user', user.nats, options));
    lines.push(`${user.sub} *-- ${user.sub}_permissions : "API restricted by >"`);
  } else if (hasPermissions(account.nats.default_permissions)) {
    lines.push(`${user.sub} -- ${account.sub}_permissions : "API restricted by >"`);
  }
  return [...lines, signed(account, user, options)];
}
