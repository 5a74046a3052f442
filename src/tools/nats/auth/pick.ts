// Which operator, account, user or key a command means: the one named, the only one, or one picked on a terminal.
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { readClaims } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserScope } from '#crypto/scope.ts';
import type { UserClaims } from '#crypto/user.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Store } from '#store/store.ts';
import type { Auth } from './session.ts';

export interface OperatorAt {
  /** As its directory is called. */
  readonly name: string;
  readonly store: Store;
  /** To be changed in place. */
  readonly claims: OperatorClaims;
}

export interface AccountAt {
  readonly operator: OperatorAt;
  readonly name: string;
  readonly claims: AccountClaims;
}

export interface UserAt {
  readonly name: string;
  readonly claims: UserClaims;
}

export const operatorFlag = {
  operator: { type: 'string', help: 'Operator to work on; without it the selected one, or the only one' },
} as const satisfies FlagSpecs;

/** Whether somebody can be asked. */
export function canAsk({ runtime }: Pick<Auth, 'runtime'>): boolean {
  return runtime.stdin.isTTY && runtime.terminal.isTTY && !runtime.contract['no-input'];
}

async function select<T>(runtime: Runtime, message: string, choices: readonly Option<T>[], flag: string): Promise<T> {
  return (await runtime.prompts()).select({ message, choices, flag });
}

interface Option<T> {
  readonly label: string;
  readonly value: T;
  readonly note?: string;
}

/** The question, and why it is asked when something was named. */
function asked(question: string, what: string, given: string | undefined): string {
  return given ? `${question} (there is no ${what} ${JSON.stringify(given)})` : question;
}

const options = (names: readonly string[]): Option<string>[] => names.map((name) => ({ label: name, value: name }));

async function operatorNamed(auth: Auth, name: string): Promise<OperatorAt> {
  const store = await auth.store(name);
  return { name, store, claims: await store.operator() };
}

/** The name of the operator a text means, its name or its public key. */
async function knownOperator(auth: Auth, names: readonly string[], given: string): Promise<string | undefined> {
  if (names.includes(given)) return given;
  if (!isPublicKey(given, 'operator')) return undefined;
  for (const name of names) {
    const token = await (await auth.store(name)).operatorToken().catch(() => undefined);
    if (token !== undefined && readClaims(token).sub === given) return name;
  }
  return undefined;
}

/**
 * The operator that is named, the selected one, or the only one. One that is named and not there is never replaced by
 * another.
 */
export async function pickOperator(
  auth: Auth,
  given: string | undefined,
  { selected = true } = {},
): Promise<OperatorAt> {
  const names = await auth.operators();
  const wanted = given || (selected ? await auth.selected() : '');
  const known = wanted ? await knownOperator(auth, names, wanted) : undefined;
  if (known !== undefined) return operatorNamed(auth, known);
  const [only] = names;
  if (!given && names.length === 1 && only !== undefined) return operatorNamed(auth, only);
  if (given && names.length === 1) {
    throw fail('not-found', `unknown operator: ${given}`, { hint: `the only operator here is ${only}` });
  }
  if (!canAsk(auth)) {
    throw fail(
      given ? 'not-found' : 'usage',
      'cannot pick an Operator without a terminal and no operator name supplied',
      {
        hint: given
          ? `there is no operator ${JSON.stringify(given)}; nats auth operator ls shows them`
          : 'name one, or choose one with nats auth operator select NAME; nats auth operator ls shows them',
      },
    );
  }
  if (names.length === 0) {
    throw fail('not-found', 'no operators found', { hint: 'nats auth operator add NAME makes one' });
  }
  const question = asked('Select an Operator', 'operator', given);
  return operatorNamed(auth, await select(auth.runtime, question, options(names), '--operator'));
}

/** Name and public key of every account, by name. */
async function accountKeys(store: Store): Promise<{ name: string; key: string }[]> {
  const names = await store.accounts();
  return Promise.all(names.map(async (name) => ({ name, key: readClaims(await store.accountToken(name)).sub })));
}

async function accountNamed(operator: OperatorAt, name: string): Promise<AccountAt> {
  return { operator, name, claims: await operator.store.account(name) };
}

/** The account that is named, or picked. */
export async function pickAccount(auth: Auth, operator: OperatorAt, given: string | undefined): Promise<AccountAt> {
  const { store } = operator;
  if (given && (await store.hasAccount(given))) return accountNamed(operator, given);
  if (given && isPublicKey(given, 'account')) {
    const found = (await accountKeys(store)).find(({ key }) => key === given);
    if (found) return accountNamed(operator, found.name);
  }
  if (!canAsk(auth)) {
    throw fail(
      given ? 'not-found' : 'usage',
      'cannot pick an Account without a terminal and no Account name supplied',
      {
        hint: given
          ? `operator ${operator.name} has no account ${JSON.stringify(given)}; nats auth account ls shows them`
          : 'name the account; nats auth account ls shows them',
      },
    );
  }
  const names = await store.accounts();
  if (names.length === 0)
    throw fail('not-found', 'no accounts found', { hint: 'nats auth account add NAME makes one' });
  return accountNamed(
    operator,
    await select(auth.runtime, 'Select an Account', options(names), 'the account argument'),
  );
}

/** Operator and account of a command, as its flags and arguments name them. */
export async function pickOperatorAccount(
  auth: Auth,
  operator: string | undefined,
  account: string | undefined,
): Promise<AccountAt> {
  return pickAccount(auth, await pickOperator(auth, operator), account);
}

/**
 * The public key of another account: by its name or key here, or any account's key, for accounts of other operators.
 * `flag` names what would have answered.
 */
export async function pickAccountKey(
  auth: Auth,
  operator: OperatorAt,
  given: string | undefined,
  { message, flag }: { readonly message: string; readonly flag: string },
): Promise<string> {
  const accounts = await accountKeys(operator.store);
  if (accounts.length === 0)
    throw fail('not-found', 'no accounts found', { hint: 'nats auth account add NAME makes one' });
  const known = accounts.find(({ name, key }) => name === given || key === given);
  if (known) return known.key;
  if (given && isPublicKey(given, 'account')) return given;
  if (given && !canAsk(auth)) {
    throw fail('not-found', `unknown Account: ${given}`, { hint: 'nats auth account ls shows them' });
  }
  const choices = accounts.map(({ name, key }) => ({ label: key, value: key, note: name }));
  return select(auth.runtime, asked(message, 'account', given), choices, flag);
}

/** A user by name or public key; undefined when there is none. */
export async function findUser(account: AccountAt, given: string): Promise<UserAt | undefined> {
  const { store } = account.operator;
  if (await store.hasUser(account.name, given)) return { name: given, claims: await store.user(account.name, given) };
  if (!isPublicKey(given, 'user')) return undefined;
  for (const name of await store.users(account.name)) {
    const claims = await store.user(account.name, name).catch(() => undefined);
    if (claims?.sub === given) return { name, claims };
  }
  return undefined;
}

/** The name of a user: the one given, or picked. */
export async function userName(auth: Auth, account: AccountAt, given: string | undefined): Promise<string> {
  if (given) return given;
  const names = await account.operator.store.users(account.name);
  if (names.length === 0) {
    throw fail('not-found', `no users found in ${account.name}`, { hint: 'nats auth user add NAME makes one' });
  }
  return select(auth.runtime, 'Select a User', options(names), 'the name argument');
}

/** The scoped signing key a role or public key means, or one that is picked. Fails with not-found. */
export async function pickScope(auth: Auth, account: AccountAt, given: string | undefined): Promise<UserScope> {
  const scopes = scopesOf(account.claims);
  const ofRole = scopes.filter(({ role }) => role === given);
  const found = ofRole.length === 1 ? ofRole[0] : scopes.find(({ key }) => key === given);
  if (given && found) return found;
  if (scopes.length === 0) {
    throw fail('not-found', 'no signing keys found', { hint: 'nats auth account keys add ACCOUNT ROLE makes one' });
  }
  if (given && !canAsk(auth)) {
    const many = ofRole.length > 1;
    throw fail(
      many ? 'usage' : 'not-found',
      many ? `role ${given} has ${ofRole.length} keys` : `signing key ${given} was not found`,
      {
        hint: many ? 'give the public key' : `nats auth account keys ls ${account.name} shows roles and keys`,
      },
    );
  }
  const choices = scopes.map((scope) => ({
    label: scope.key,
    value: scope,
    note: [scope.role, scope.description].filter((text) => text !== '').join(' '),
  }));
  const question = asked('Select Signing Key', 'signing key', given);
  return select(auth.runtime, question, choices, 'the role or public key of the signing key');
}

/** The signing keys of an account that have a scope, by key. */
export function scopesOf(account: AccountClaims): UserScope[] {
  const held = [...account.nats.signing_keys.values()].filter((scope) => scope !== null);
  return held.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Asks before something that cannot be undone; `--force` answers yes. False: the user said no. */
export async function confirmed(runtime: Runtime, force: boolean, message: string): Promise<boolean> {
  if (force || runtime.contract.plan) return true;
  return (await runtime.prompts()).confirm({ message, default: false, flag: '--force' });
}
