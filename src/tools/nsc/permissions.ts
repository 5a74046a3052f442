// Permission flags: shared by accounts (defaults of their users), users and scoped signing keys.
import { formatDuration, parseGoDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { addTo, removeFrom } from '#crypto/lists.ts';
import type { Permissions } from '#crypto/permissions.ts';
import type { Report } from './report.ts';

export const permissionFlags = {
  'allow-pub': { type: 'strings', help: 'Subjects that may be published to' },
  'allow-pubsub': { type: 'strings', help: 'Subjects that may be published to and subscribed to' },
  'allow-sub': {
    type: 'strings',
    help: 'Subjects that may be subscribed to, each with an optional queue after a blank',
  },
  'deny-pub': { type: 'strings', help: 'Subjects that may not be published to' },
  'deny-pubsub': { type: 'strings', help: 'Subjects that may neither be published to nor subscribed to' },
  'deny-sub': { type: 'strings', help: 'Subjects that may not be subscribed to' },
  'allow-pub-response': {
    type: 'int',
    noValueDefault: '1',
    help: 'Allow this many replies to a received request (with =N; alone it is one)',
  },
  'max-responses': {
    type: 'int',
    default: '0',
    hidden: true,
    deprecatedFor: 'allow-pub-response',
    advice: 'use --allow-pub-response or --allow-pub-response=n',
    help: 'The old name of --allow-pub-response',
  },
  'response-ttl': {
    type: 'string',
    help: 'How long replies are allowed, such as 500ms, 5s or 1m; not limited if not given',
  },
} as const satisfies FlagSpecs;

export const removePermissionFlags = {
  rm: { type: 'strings', help: 'Subjects to take out of all permission lists' },
  'rm-response-perms': { type: 'bool', help: 'No longer allow replies' },
} as const satisfies FlagSpecs;

/** What was given, checked. */
export interface PermissionEdit {
  readonly allowPub: readonly string[];
  readonly allowPubsub: readonly string[];
  readonly allowSub: readonly string[];
  readonly denyPub: readonly string[];
  readonly denyPubsub: readonly string[];
  readonly denySub: readonly string[];
  readonly remove: readonly string[];
  readonly removeResponse: boolean;
  /** Replies allowed; undefined when not given. */
  readonly responses: number | undefined;
  /** Nanoseconds; undefined when not given. */
  readonly ttl: bigint | undefined;
}

/** The flags' values as the input gives them. */
export interface PermissionInput {
  readonly 'allow-pub': readonly string[];
  readonly 'allow-pubsub': readonly string[];
  readonly 'allow-sub': readonly string[];
  readonly 'deny-pub': readonly string[];
  readonly 'deny-pubsub': readonly string[];
  readonly 'deny-sub': readonly string[];
  readonly 'allow-pub-response': number | undefined;
  readonly 'max-responses': number;
  readonly 'response-ttl': string | undefined;
  readonly rm?: readonly string[];
  readonly 'rm-response-perms'?: boolean;
}

/** Checks the permission flags; fails with usage. */
export function readPermissions(flags: PermissionInput, isSet: (name: 'max-responses') => boolean): PermissionEdit {
  const pubs = [...flags['allow-pub'], ...flags['allow-pubsub'], ...flags['deny-pub'], ...flags['deny-pubsub']];
  for (const subject of pubs) {
    if (subject.includes(' '))
      throw fail('usage', `publish permission subject ${quote(subject)} contains illegal space`);
  }
  for (const subject of [...flags['allow-sub'], ...flags['deny-sub']]) {
    if (subject.split(' ').length > 2) {
      throw fail('usage', `subscribe permission subject ${quote(subject)} can at most contain one space`);
    }
  }
  const old = isSet('max-responses') ? flags['max-responses'] : undefined;
  return {
    allowPub: flags['allow-pub'],
    allowPubsub: flags['allow-pubsub'],
    allowSub: flags['allow-sub'],
    denyPub: flags['deny-pub'],
    denyPubsub: flags['deny-pubsub'],
    denySub: flags['deny-sub'],
    remove: flags.rm ?? [],
    removeResponse: flags['rm-response-perms'] === true,
    responses: flags['allow-pub-response'] || old,
    ttl: readTtl(flags['response-ttl']),
  };
}

function readTtl(text: string | undefined): bigint | undefined {
  if (!text) return undefined;
  try {
    return parseGoDuration(text);
  } catch {
    throw fail('usage', `response-ttl ${quote(text)} is no duration`, { hint: 'write 500ms, 5s, 1m or 2h' });
  }
}

/** Applies the edit and reports each part. As in the original, --rm-response-perms leaves the other flags undone. */
export function editPermissions(held: Permissions, edit: PermissionEdit, report: Report): void {
  if (edit.removeResponse) {
    delete held.resp;
    report.ok('removed response permissions');
    return;
  }
  if (edit.responses !== undefined) {
    held.resp ??= { max: 0, ttl: 0n };
    // The largest number of 64 bits has no double, and the next one is in no token that a server reads.
    held.resp.max = edit.responses < 2 ** 63 ? edit.responses : 2n ** 63n - 1n;
    report.ok(`set max responses to ${held.resp.max}`);
  }
  if (edit.ttl !== undefined) {
    held.resp ??= { max: 0, ttl: 0n };
    held.resp.ttl = edit.ttl;
    report.ok(`set response ttl to ${formatDuration(edit.ttl)}`);
  }
  const found = new Set<string>();
  const apply = (list: string[], what: string, add: readonly string[]) => {
    addTo(list, ...add);
    for (const subject of add) report.ok(`added ${what} ${quote(subject)}`);
    for (const subject of edit.remove) {
      if (!removeFrom(list, subject)) continue;
      found.add(subject);
      report.ok(`removed ${what} ${quote(subject)}`);
    }
    list.sort();
  };
  apply(held.pub.allow, 'pub', [...edit.allowPub, ...edit.allowPubsub]);
  apply(held.pub.deny, 'deny pub', [...edit.denyPub, ...edit.denyPubsub]);
  apply(held.sub.allow, 'sub', [...edit.allowSub, ...edit.allowPubsub]);
  apply(held.sub.deny, 'deny sub', [...edit.denySub, ...edit.denyPubsub]);
  for (const subject of edit.remove) {
    if (!found.has(subject)) report.warn(`${quote(subject)} was in none of the permission lists`);
  }
}
