import { unixDate } from '#base/dates.ts';
import { formatDuration } from '#base/duration.ts';
import { humanBytesSI } from '#base/size.ts';
import type { Claims } from '#crypto/jwt.ts';
import type { Permissions, UserPermissionLimits } from '#crypto/permissions.ts';
import type { Int64 } from '#crypto/shape.ts';
import type { NscRow } from '#view/nsc-table.ts';

export const yesNo = (value: boolean) => (value ? 'Yes' : 'No');

/** One row for each value; the label stands before the first. */
export function listRows(label: string, values: readonly string[]): NscRow[] {
  return values.map((value, i) => [i === 0 ? label : '', value]);
}

const idLabels: Readonly<Record<string, string>> = { operator: 'Operator ID', user: 'User ID' };

/** The rows every token begins with. */
export function claimRows(claims: Claims): NscRow[] {
  const nats = claims.nats as { issuer_account?: string; tags?: string[] };
  const issuer = claims.kind === 'user' || claims.kind === 'activation' ? nats.issuer_account : undefined;
  return [
    ...(claims.name ? [['Name', claims.name]] : []),
    [idLabels[claims.kind] ?? 'Account ID', claims.sub],
    ['Issuer ID', claims.iss],
    ...(issuer ? [['Issuer Account', issuer]] : []),
    ['Issued', unixDate(Number(claims.iat))],
    ['Expires', unixDate(Number(claims.exp))],
    ...listRows('Tags', nats.tags ?? []),
  ];
}

/** A limit where below zero is none. */
export function limitRow(label: string, limit: Int64, bytes = false): NscRow {
  if (limit < 0) return [label, 'Unlimited'];
  return [label, bytes ? `${humanBytesSI(limit)} (${limit} bytes)` : String(limit)];
}

/** A limit where zero and below is none. */
function userLimitRow(label: string, limit: Int64, bytes: boolean): NscRow {
  if (limit <= 0) return [label, 'Unlimited'];
  return [label, bytes ? `${limit} bytes (≈${humanBytesSI(limit)})` : String(limit)];
}

/** Permission lists, after a line when there are any, and response permissions. */
export function permissionRows({ pub, sub, resp }: Permissions): NscRow[] {
  const lists = [
    ...listRows('Pub Allow', pub.allow),
    ...listRows('Pub Deny', pub.deny),
    ...listRows('Sub Allow', sub.allow),
    ...listRows('Sub Deny', sub.deny),
  ];
  return [
    ...(lists.length > 0 ? ['separator' as const, ...lists] : []),
    ...(resp
      ? [
          ['Max Responses', String(resp.max)],
          ['Response Permission TTL', formatDuration(resp.ttl)],
        ]
      : [['Response Permissions', 'Not Set']]),
  ];
}

export function userLimitRows(limits: UserPermissionLimits): NscRow[] {
  const times = limits.times.map((range) => `${range.start}-${range.end}`);
  return [
    userLimitRow('Max Msg Payload', limits.payload, true),
    userLimitRow('Max Data', limits.data, true),
    userLimitRow('Max Subs', limits.subs, false),
    ['Network Src', limits.src.length > 0 ? `[${limits.src.join(' ')}]` : 'Any'],
    ...(times.length > 0 ? listRows('Time', times) : [['Time', 'Any']]),
  ];
}

export function connectionRows(types: readonly string[]): NscRow[] {
  return types.length > 0 ? ['separator', ...listRows('Allowed Connection Types', types)] : [];
}
