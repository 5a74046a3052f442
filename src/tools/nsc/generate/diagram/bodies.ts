// What stands inside the boxes of the object diagram.
import { formatDuration } from '#base/duration.ts';
import { formatDateTime } from '#base/time.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { Claims } from '#crypto/jwt.ts';
import { areNatsLimitsUnlimited, isJetStreamUnlimited } from '#crypto/limits.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { NatsLimits, Permissions } from '#crypto/permissions.ts';
import type { Int64 } from '#crypto/shape.ts';
import type { UserClaims } from '#crypto/user.ts';
import { validate } from '#crypto/validate.ts';
import { plain } from './plantuml.ts';

export interface DiagramOptions {
  /** Show what is empty or unlimited too. */
  readonly detail: boolean;
  readonly keys: boolean;
  /** Unix seconds. */
  readonly now: number;
  isStored(publicKey: string): Promise<boolean>;
}

function value(name: string, text: string, { detail }: DiagramOptions): string[] {
  return text !== '' || detail ? [`${name} = ${plain(text)}`] : [];
}

function list(name: string, items: readonly string[], { detail }: DiagramOptions): string[] {
  const text = items.map((item) => `"${plain(item)}"`).join(' ');
  return text !== '' || detail ? [`${name} = ${text}`] : [];
}

function time(name: string, at: Int64, { detail }: DiagramOptions): string[] {
  if (at !== 0) return [`${name} = ${formatDateTime(BigInt(at) * 1_000_000_000n)}`];
  return detail ? [`${name} = not set`] : [];
}

function limit(name: string, count: Int64, options: DiagramOptions): string[] {
  const text = count === -1 ? '-1 (unlimited)' : count === 0 ? '0 (disabled)' : String(count);
  return value(name, text, options);
}

async function claimLines(claims: Claims, options: DiagramOptions): Promise<string[]> {
  const keys = options.keys
    ? [
        ...value('Identity Key', claims.sub, options),
        ...value('Identity Key Present', String(await options.isStored(claims.sub)), options),
      ]
    : [];
  return [
    ...keys,
    ...list('Tags', (claims.nats as { tags?: string[] }).tags ?? [], options),
    ...time('Issued At', claims.iat, options),
    ...time('Valid From', claims.nbf, options),
    ...time('Expires', claims.exp, options),
  ];
}

async function validationLines(claims: Claims, options: DiagramOptions): Promise<string[]> {
  const issues = await validate(claims, options.now);
  if (issues.length === 0 && !options.detail) return [];
  const texts = (level: string) => issues.filter((one) => one.level === level).map((one) => one.text);
  return [
    issues.length === 0 ? '--- Validation (no issues) ---' : '==**<color:red>Validation</color>**==',
    ...list('Errors', texts('error'), options),
    ...list('Warnings', texts('warning'), options),
  ];
}

function section(name: string, state: string, hidden: boolean, lines: readonly string[]): string[] {
  return hidden ? [] : [`--- ${name} ${state}---`, ...lines];
}

function natsLimits(limits: NatsLimits, options: DiagramOptions): string[] {
  const open = areNatsLimitsUnlimited(limits);
  return section('Nats Limits', open ? '(unlimited)' : '', open && !options.detail, [
    ...limit('Max Payload', limits.payload, options),
    ...limit('Max Subscriber', limits.subs, options),
    ...limit('Max Number of bytes', limits.data, options),
  ]);
}

export async function operatorBody(operator: OperatorClaims, options: DiagramOptions): Promise<string[]> {
  const { nats } = operator;
  return [
    ...(await claimLines(operator, options)),
    ...value('JWT Version', String(nats.version), options),
    ...value('account server', nats.account_server_url, options),
    ...value('Strict signing key usage', String(nats.strict_signing_key_usage), options),
    ...(await validationLines(operator, options)),
  ];
}

export async function accountBody(account: AccountClaims, options: DiagramOptions): Promise<string[]> {
  const { limits } = account.nats;
  const counts = [limits.exports, limits.imports, limits.conn, limits.leaf];
  const open = counts.every((count) => count === -1) && limits.wildcards && !limits.disallow_bearer;
  const accountLimits = section('Account Limits', open ? '(unlimited)' : '', open && !options.detail, [
    ...limit('Max Exports', limits.exports, options),
    ...limit('Max Imports', limits.imports, options),
    ...limit('Max Client Connections', limits.conn, options),
    ...limit('Max Leaf Node Connections', limits.leaf, options),
    ...value('Allow Wildcard Exports', String(limits.wildcards), options),
    ...value('Disallow bearer token', String(limits.disallow_bearer), options),
  ]);
  const off = limits.mem_storage === 0 && limits.disk_storage === 0;
  const state = isJetStreamUnlimited(limits) ? '(unlimited) ' : off ? '(disabled) ' : '';
  const jetStream = section('Jetstream Limits', state, off && !options.detail, [
    ...limit('Max Memory Storage', limits.mem_storage, options),
    ...limit('Max Disk Storage', limits.disk_storage, options),
    ...limit('Max Streams', limits.streams, options),
    ...limit('Max Consumer', limits.consumer, options),
  ]);
  return [
    ...(await claimLines(account, options)),
    ...accountLimits,
    ...natsLimits(limits, options),
    ...jetStream,
    ...(await validationLines(account, options)),
  ];
}

export async function userBody(user: UserClaims, options: DiagramOptions): Promise<string[]> {
  const { nats } = user;
  const times = nats.times.map((range) => `[${range.start}-${range.end}]`);
  const open = nats.src.length === 0 && times.length === 0;
  return [
    ...(await claimLines(user, options)),
    ...value('Bearer Token', String(nats.bearer_token), options),
    ...list('Allowed Connection Types', nats.allowed_connection_types, options),
    ...natsLimits(nats, options),
    ...section('User Limits', open ? '(unlimited)' : '', open && !options.detail, [
      ...list('Permitted CIDR blocks', nats.src, options),
      ...value('Permitted Times to Connect', [nats.times_location, ...times].join(' ').trim(), options),
    ]),
    ...(await validationLines(user, options)),
  ];
}

/** A box of its own for permissions. */
export function permissionObject(
  { name, sub }: Claims,
  what: string,
  held: Permissions,
  options: DiagramOptions,
): string[] {
  const subjects = (title: string, items: readonly string[]) =>
    items.length === 0 && !options.detail ? [] : [`--- ${title} ---`, ...items.map((item) => ` ""${plain(item)}""`)];
  const { resp } = held;
  return [
    `object "${plain(name)}" as ${sub}_permissions << ${what} permissions >> {`,
    ...subjects('Publish Deny', held.pub.deny),
    ...subjects('Publish Allow', held.pub.allow),
    ...subjects('Subscribe Deny', held.sub.deny),
    ...subjects('Subscribe Allow', held.sub.allow),
    ...(resp
      ? [
          '--- Response Permissions ---',
          ...value('Expiration', formatDuration(resp.ttl), options),
          ...limit('Max Messages', resp.max, options),
        ]
      : options.detail
        ? ['--- Response Permissions (server default)---']
        : []),
    '}',
  ];
}
