// A user as data and as a report.
import { formatDateTime, formatRfc3339, fromSeconds } from '#base/time.ts';
import { arr, bool, type OutputSpec, obj, recordOf, str, time } from '#cli/schema.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { UserScope } from '#crypto/scope.ts';
import type { UserClaims } from '#crypto/user.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { documentSchema } from '../document.ts';
import { addPermits, permitFields, permitModel } from '../permits.ts';
import type { AccountAt, UserAt } from '../pick.ts';

export const userSchema = obj({
  name: str,
  subject: str,
  account: obj({ name: str, subject: str }),
  issuer: str,
  scoped: bool,
  'role?': str,
  tags: arr(str),
  'expires?': time,
  ...permitFields,
});
export const userOutput: OutputSpec = recordOf(userSchema);
/** With --json: the user with its seed. */
export const userInfoOutput: OutputSpec = recordOf({ anyOf: [userSchema, documentSchema] });

/** The scope of the key that signed a user; undefined for other users, and when the key was removed. */
export function scopeOf(account: AccountClaims, user: UserClaims): UserScope | undefined {
  return account.nats.signing_keys.get(user.iss) ?? undefined;
}

/** A user without its secrets. What it may do is what the role says when it has one. */
export function userModel(account: AccountAt, { claims }: UserAt) {
  const scope = scopeOf(account.claims, claims);
  return {
    name: claims.name,
    subject: claims.sub,
    account: { name: account.name, subject: claims.nats.issuer_account || claims.iss },
    issuer: claims.iss,
    scoped: scope !== undefined,
    ...(scope ? { role: scope.role } : {}),
    tags: claims.nats.tags,
    ...(claims.exp > 0 ? { expires: formatRfc3339(fromSeconds(Number(claims.exp))) } : {}),
    ...permitModel(scope ? scope.template : claims.nats),
  };
}

export type UserModel = ReturnType<typeof userModel>;

export async function userText(runtime: Runtime, model: UserModel, { exp }: UserClaims): Promise<string> {
  const report = columns(`User ${model.name} (${model.subject})`)
    .section('Configuration')
    .row('Account', `${model.account.name} (${model.account.subject})`)
    .row('Issuer', model.issuer)
    .row('Scoped', model.scoped)
    .rowIfNotEmpty('Role', model.role ?? '')
    .rowIf('Expiry', formatDateTime(fromSeconds(Number(exp))), exp > 0)
    .list('Tags', model.tags);
  return `${await columnsText(runtime, addPermits(report, model))}\n`;
}
