// Limits of users and of scoped signing keys: sizes, networks, times, kinds of connections.
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { addTags, addTo, removeFrom, removeTags } from '#crypto/lists.ts';
import {
  connectionTypes,
  isTimeOfDay,
  isTimeZone,
  type TimeRange,
  type UserPermissionLimits,
} from '#crypto/permissions.ts';
import type { Int64 } from '#crypto/shape.ts';
import { int64 } from '#crypto/shape.ts';
import { numberFlag } from '../numbers.ts';
import { permissionFlags, removePermissionFlags } from '../permissions.ts';
import type { Report } from '../report.ts';

export const userLimitFlags = {
  payload: { type: 'number', default: '-1', help: 'Bytes of one message; -1 is unlimited' },
  data: { type: 'number', default: '-1', help: 'Bytes; -1 is unlimited' },
  subs: { type: 'int', default: '-1', help: 'Subscriptions; -1 is unlimited' },
  bearer: { type: 'bool', help: 'Let the token alone connect, without proof of the key' },
  'conn-type': { type: 'strings', help: 'Kinds of connections allowed: standard, websocket, leafnode, mqtt and more' },
  'rm-conn-type': { type: 'strings', help: 'Kinds of connections no longer named' },
  'source-network': { type: 'strings', help: 'Networks to connect from, such as 10.0.0.0/8' },
  'rm-source-network': { type: 'strings', help: 'Networks to remove' },
  time: {
    type: 'time-ranges',
    default: '[]',
    help: 'Time of day to connect in, as 08:00:00-17:30:00; may be repeated',
  },
  'rm-time': { type: 'strings', help: 'Start of the time range to remove, as 08:00:00' },
  locale: { type: 'time-locale', help: 'Time zone of the time ranges, such as Europe/Paris' },
  ...permissionFlags,
  ...removePermissionFlags,
} as const satisfies FlagSpecs;

type Name = 'payload' | 'data' | 'subs' | 'bearer' | 'locale';

/** Values of the flags. */
export interface UserLimitInput {
  readonly payload: string;
  readonly data: string;
  readonly subs: number;
  readonly bearer: boolean;
  readonly 'conn-type': readonly string[];
  readonly 'rm-conn-type': readonly string[];
  readonly 'source-network': readonly string[];
  readonly 'rm-source-network': readonly string[];
  readonly time: readonly string[];
  readonly 'rm-time': readonly string[];
  readonly locale: string | undefined;
}

/** What was given, checked. Undefined where nothing was. */
export interface UserLimitEdit {
  readonly payload: Int64 | undefined;
  readonly data: Int64 | undefined;
  readonly subs: Int64 | undefined;
  readonly bearer: boolean | undefined;
  readonly addTypes: readonly string[];
  readonly removeTypes: readonly string[];
  readonly addNetworks: readonly string[];
  readonly removeNetworks: readonly string[];
  readonly addTimes: readonly TimeRange[];
  readonly removeTimes: readonly string[];
  readonly locale: string | undefined;
}

/** Reads and checks the flags; fails with usage. */
export function readUserLimits(flags: UserLimitInput, isSet: (name: Name) => boolean): UserLimitEdit {
  return {
    payload: isSet('payload') ? numberFlag('payload', flags.payload) : undefined,
    data: isSet('data') ? numberFlag('data', flags.data) : undefined,
    subs: isSet('subs') ? int64(flags.subs) : undefined,
    bearer: isSet('bearer') ? flags.bearer : undefined,
    addTypes: flags['conn-type'].map((type) => connectionType(type, '')),
    removeTypes: flags['rm-conn-type'].map((type) => connectionType(type, 'rm ')),
    addNetworks: flags['source-network'],
    removeNetworks: flags['rm-source-network'],
    addTimes: flags.time.map(timeRange),
    removeTimes: flags['rm-time'],
    locale: isSet('locale') ? timeZone(flags.locale ?? '') : undefined,
  };
}

function connectionType(text: string, what: string): string {
  const upper = text.toUpperCase();
  if ((connectionTypes as readonly string[]).includes(upper)) return upper;
  throw fail('usage', `unknown ${what}connection type ${text}`, {
    hint: `the types are ${connectionTypes.map((type) => type.toLowerCase()).join(', ')}`,
  });
}

function timeRange(text: string): TimeRange {
  const [start = '', end = '', ...more] = text.split('-');
  const wrong = (why: string) =>
    fail('usage', `invalid argument ${JSON.stringify(text)} for "--time" flag: ${why}`, {
      hint: 'write two times with a dash between, such as 08:00:00-17:30:00',
    });
  if (end === '' || more.length > 0) throw wrong(`require format: "15:04:05-15:04:05" got ${JSON.stringify(text)}`);
  if (!isTimeOfDay(start)) throw wrong(`could not parse start time ${JSON.stringify(start)}`);
  if (!isTimeOfDay(end)) throw wrong(`could not parse end time ${JSON.stringify(end)}`);
  return { start, end };
}

function timeZone(text: string): string {
  if (isTimeZone(text)) return text === '' ? 'UTC' : text;
  throw fail('usage', `invalid argument ${JSON.stringify(text)} for "--locale" flag: unknown time zone ${text}`, {
    hint: 'write a name such as Europe/Paris',
  });
}

/** Applies the limits and reports each. */
export function editUserLimits(held: UserPermissionLimits, edit: UserLimitEdit, report: Report): void {
  if (edit.payload !== undefined) {
    held.payload = edit.payload;
    // The original's word for it; scripts look for the line.
    report.ok(`changed max imports to ${edit.payload}`);
  }
  if (edit.data !== undefined) {
    held.data = edit.data;
    report.ok(`changed max data to ${edit.data}`);
  }
  if (edit.subs !== undefined) {
    held.subs = edit.subs;
    report.ok(`changed max number of subs to ${edit.subs}`);
  }
  if (edit.bearer !== undefined) {
    report.ok(
      held.bearer_token === edit.bearer
        ? `ignoring change to bearer - value is already ${edit.bearer}`
        : `changed bearer to ${edit.bearer}`,
    );
    held.bearer_token = edit.bearer;
  }
  editTypes(held, edit, report);
  editNetworks(held, edit, report);
  editTimeRanges(held, edit, report);
}

function editTypes(held: UserPermissionLimits, edit: UserLimitEdit, report: Report): void {
  held.allowed_connection_types = held.allowed_connection_types.map((type) => type.toUpperCase());
  addTo(held.allowed_connection_types, ...edit.addTypes);
  for (const type of edit.addTypes) report.ok(`added connection type ${type}`);
  for (const type of edit.removeTypes) {
    if (removeFrom(held.allowed_connection_types, type)) report.ok(`removed connection type ${type}`);
    else report.warn(`connection type ${type} was not set`);
  }
}

function editNetworks(held: UserPermissionLimits, edit: UserLimitEdit, report: Report): void {
  addTags(held.src, ...edit.addNetworks);
  for (const network of edit.addNetworks) report.ok(`added src network ${network}`);
  for (const network of edit.removeNetworks) {
    if (removeTags(held.src, network)) report.ok(`removed src network ${network}`);
    else report.warn(`src network ${network} was not set`);
  }
  held.src.sort();
}

function editTimeRanges(held: UserPermissionLimits, edit: UserLimitEdit, report: Report): void {
  if (edit.locale !== undefined) held.times_location = edit.locale;
  for (const range of edit.addTimes) {
    report.ok(`added time range ${range.start}-${range.end}`);
    held.times.push(range);
  }
  for (const start of edit.removeTimes) {
    const at = held.times.findIndex((range) => range.start === start);
    const [range] = at < 0 ? [] : held.times.splice(at, 1);
    if (range) report.ok(`removed time range ${range.start}-${range.end}`);
    else report.warn(`no time range starts at ${start}`);
  }
}
