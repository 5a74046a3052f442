import type { Json } from '#base/json64.ts';
import { quote } from '#base/quote.ts';
import { parseCidr } from './cidr.ts';
import type { Issues } from './issues.ts';
import { normalTag } from './lists.ts';
import type { Int64 } from './shape.ts';
import { always, type Codec, type Fields, flag, int, list, nanos, type Open, optional, struct, text } from './shape.ts';
import { checkSubject } from './subjects.ts';

/** Value of a limit that does not limit. */
export const NO_LIMIT = -1;

/** Subjects allowed and denied; with both empty everything is allowed. Subscriptions may name a queue after a blank. */
export interface Permission extends Open {
  allow: string[];
  deny: string[];
}

/** Leave to answer requests on their reply subjects. */
export interface ResponsePermission extends Open {
  /** Number of answers per request. */
  max: Int64;
  /** Time to answer, ns. */
  ttl: bigint;
}

export interface Permissions extends Open {
  pub: Permission;
  sub: Permission;
  resp?: ResponsePermission;
}

/** A daily span of time, `hh:mm:ss` each, in the user's `times_location`. */
export interface TimeRange extends Open {
  start: string;
  end: string;
}

export interface NatsLimits {
  /** Subscriptions per connection. */
  subs: Int64;
  /** Bytes. */
  data: Int64;
  /** Bytes of one message. */
  payload: Int64;
}

/** Where and when a user may connect. */
export interface UserLimits {
  /** Networks as `address/bits`. */
  src: string[];
  times: TimeRange[];
  /** IANA name of the time zone of `times`. */
  times_location: string;
}

/** What a user may do, be it in the user's own token or in the template of a scoped signing key. */
export interface UserPermissionLimits extends Permissions, UserLimits, NatsLimits {
  bearer_token: boolean;
  proxy_required: boolean;
  allowed_connection_types: string[];
}

/** The kinds of connection a user can be held to. */
export const connectionTypes = [
  'STANDARD',
  'WEBSOCKET',
  'LEAFNODE',
  'LEAFNODE_WS',
  'MQTT',
  'MQTT_WS',
  'IN_PROCESS',
] as const;

const permission = /* @__PURE__ */ struct<Permission>(() => ({ allow: list(text), deny: list(text) }));
const response = /* @__PURE__ */ struct<ResponsePermission>(() => ({ max: always(int), ttl: always(nanos) }));

/** Source networks were one comma-separated text in version 1, and such a text is still read. */
const networks: Codec<string[]> = {
  ...list(text),
  read(value: Json, at) {
    if (typeof value !== 'string') return list(text).read(value, at);
    return [...new Set(value.split(',').map(normalTag))].filter((entry) => entry !== '');
  },
};

export const permissionFields: Fields<Permissions> = { pub: permission, sub: permission, resp: optional(response) };
export const permissionsShape: Codec<Permissions> = /* @__PURE__ */ struct<Permissions>(() => permissionFields);

export const natsLimitFields: Fields<NatsLimits> = { subs: int, data: int, payload: int };

export const userPermissionFields: Fields<UserPermissionLimits> = {
  ...permissionFields,
  src: networks,
  times: list(struct<TimeRange>(() => ({ start: text, end: text }))),
  times_location: text,
  ...natsLimitFields,
  bearer_token: flag,
  proxy_required: flag,
  allowed_connection_types: list(text),
};

const userPermissionShape = /* @__PURE__ */ struct<UserPermissionLimits>(() => userPermissionFields);

/** Nothing allowed, denied or limited: what a user of a scoped signing key carries. Limits are 0, not unlimited. */
export function emptyUserPermissions(): UserPermissionLimits {
  return userPermissionShape.zero();
}

/** Everything allowed: what a new user carries, and a new scope starts from. */
export function unlimitedUserPermissions(): UserPermissionLimits {
  return { ...emptyUserPermissions(), subs: NO_LIMIT, data: NO_LIMIT, payload: NO_LIMIT };
}

/** Whether a user carries no permission or limit of its own, as a scoped signing key demands. */
export function hasNoPermissions(user: UserPermissionLimits): boolean {
  return (Object.keys(userPermissionFields) as (keyof typeof userPermissionFields)[]).every((key) => {
    const value = user[key];
    if (key === 'pub' || key === 'sub') return user[key].allow.length === 0 && user[key].deny.length === 0;
    return (userPermissionFields[key] as Codec<unknown>).isEmpty(value);
  });
}

function checkPermissionSubject(entry: string, queueAllowed: boolean, issues: Issues): void {
  const parts = entry.split(' ');
  if (parts.length > 2) {
    issues.error(`Permission Subject "${entry}" contains too many spaces`);
    return;
  }
  for (const part of parts) checkSubject(part, issues);
  if (parts.length === 2 && !queueAllowed) {
    issues.error(`Permission Subject "${entry}" is not allowed to contain queue`);
  }
}

export function checkPermissions(permissions: Permissions, issues: Issues): void {
  const { sub, pub } = permissions;
  for (const entry of [...sub.allow, ...sub.deny]) checkPermissionSubject(entry, true, issues);
  for (const entry of [...pub.allow, ...pub.deny]) checkPermissionSubject(entry, false, issues);
}

/** Whether text is `hh:mm:ss` as Go's time.Parse takes it: one digit is enough for the hour, a fraction may follow. */
export function isTimeOfDay(text: string): boolean {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,]\d+)?$/.exec(text);
  return match !== null && Number(match[1]) < 24 && Number(match[2]) < 60 && Number(match[3]) < 60;
}

/** Whether text is a time zone's IANA name. */
export function isTimeZone(text: string): boolean {
  if (text === '' || text === 'UTC' || text === 'Local') return true;
  try {
    // Offsets such as +01:00 are zones to Intl, but no IANA names.
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions() !== undefined;
  } catch {
    return false;
  }
}

function checkTimeRange(range: TimeRange, issues: Issues): void {
  if (range.start === '') issues.error('time ranges start must contain a start');
  else if (!isTimeOfDay(range.start)) issues.error(`start in time range is invalid ${quote(range.start)}`);
  if (range.end === '') issues.error('time ranges end must contain an end');
  else if (!isTimeOfDay(range.end)) issues.error(`end in time range is invalid ${quote(range.end)}`);
}

export function checkUserLimits(limits: UserLimits, issues: Issues): void {
  for (const entry of limits.src) {
    if (!parseCidr(entry)) issues.error(`invalid cidr ${quote(entry)} in user src limits`);
  }
  for (const range of limits.times) checkTimeRange(range, issues);
  if (!isTimeZone(limits.times_location)) {
    issues.error(`could not parse iana time zone by name: unknown time zone ${limits.times_location}`);
  }
}
