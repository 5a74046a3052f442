import { hasNoPermissions } from '#crypto/permissions.ts';
import type { UserScope } from '#crypto/scope.ts';
import type { UserClaims } from '#crypto/user.ts';
import type { NscTable } from '#view/nsc-table.ts';
import { claimRows, connectionRows, permissionRows, userLimitRows, yesNo } from './rows.ts';

/** A user; one of a scoped signing key has no permissions of its own to show. */
export function userTable(user: UserClaims): NscTable {
  const { nats } = user;
  if (hasNoPermissions(nats)) return { title: 'User', rows: [...claimRows(user), ['Issuer Scoped', 'Yes']] };
  return {
    title: 'User',
    rows: [
      ...claimRows(user),
      ['Bearer Token', yesNo(nats.bearer_token)],
      ...permissionRows(nats),
      'separator',
      ...userLimitRows(nats),
      ...connectionRows(nats.allowed_connection_types),
    ],
  };
}

/** A scoped signing key: its role and what users it signs may do. */
export function scopeTable(scope: UserScope): NscTable {
  const { template } = scope;
  return {
    title: 'Scoped Signing Key - Details',
    rows: [
      ['Key', scope.key],
      ['Role', scope.role],
      ['Description', scope.description],
      ...permissionRows(template),
      ...userLimitRows(template),
      ['Bearer Token', yesNo(template.bearer_token)],
      ...connectionRows(template.allowed_connection_types),
    ],
  };
}
