/** Permissions of one connection, compiled from what its user may publish and subscribe to. */
import { collide, hasWildcard, isSubset, validSubject } from '../config/subjects.ts';
import { createSublist, type Sublist } from '../core/sublist.ts';
import { toBinary, toText } from '../core/text.ts';
import type { Permissions } from '../core/types.ts';
import type { PermissionOptions } from '../options.ts';

interface Rule {
  readonly subject: string;
  readonly queue: string | null;
  at: number;
}

/** Verdicts kept per connection. */
const CACHE = 256;
/** Reply subjects remembered before old ones are looked through, and how often at most. */
const REPLIES = 4096;
const PRUNE_EVERY = 1000;

/** A permission entry: a subject, and for subscriptions perhaps a queue group after a blank. Null when it is neither. */
function parseRule(text: string, queues: boolean): Rule | null {
  const parts = toBinary(text)
    .split(/[ \t\n\f\r]+/)
    .filter((p) => p !== '');
  const [subject, queue] = parts;
  if (subject === undefined || parts.length > 2 || !validSubject(subject)) return null;
  if (queue !== undefined && !validSubject(queue)) return null;
  return { subject, queue: queues ? (queue ?? null) : null, at: 0 };
}

function compile(list: readonly string[], queues: boolean): Sublist<Rule> {
  const out = createSublist<Rule>();
  for (const text of list) {
    const rule = parseRule(text, queues);
    if (rule !== null) out.insert(rule);
  }
  return out;
}

function queueListed(queue: string, groups: readonly Rule[][]): boolean {
  return groups.some((g) => {
    const name = g[0]!.queue!;
    return name === queue || (hasWildcard(name) && isSubset(queue, name));
  });
}

function remember<K, V>(cache: Map<K, V>, key: K, value: V): V {
  if (cache.size >= CACHE) {
    let n = CACHE / 8;
    for (const old of cache.keys()) {
      cache.delete(old);
      if (--n <= 0) break;
    }
  }
  cache.set(key, value);
  return value;
}

/** `denyPublish` are subjects the server itself forbids. `now` is the server's clock. */
export function compilePermissions(
  options: PermissionOptions,
  now: () => number,
  denyPublish: readonly string[] = [],
): Permissions {
  const pub = options.publish;
  const sub = options.subscribe;
  const pubAllow = pub?.allow === undefined ? null : compile(pub.allow, false);
  const denied = [...(pub?.deny ?? []), ...denyPublish];
  const pubDeny = denied.length === 0 ? null : compile(denied, false);
  const subAllow = sub?.allow === undefined || sub.allow.length === 0 ? null : compile(sub.allow, true);
  const subDeny = sub?.deny === undefined || sub.deny.length === 0 ? null : compile(sub.deny, true);
  const denyRules = subDeny?.all() ?? [];
  const published = new Map<string, boolean>();
  const delivered = new Map<string, boolean>();
  const responses = options.responses;
  const replies = new Map<string, { at: number; used: number }>();
  let sincePrune = 0;
  let prunedAt = 0;

  const responseAllowed = (subject: string): boolean => {
    const known = replies.get(subject);
    if (known === undefined || responses === undefined) return false;
    known.used++;
    const spent = responses.max > 0 && known.used > responses.max;
    const late = responses.expires > 0 && now() - known.at > responses.expires;
    if (spent || late) {
      replies.delete(subject);
      return false;
    }
    return true;
  };

  const canPublish = (subject: string): boolean => {
    if (pubAllow === null && pubDeny === null) return true;
    const known = published.get(subject);
    if (known !== undefined) return known;
    let allowed = pubAllow === null || pubAllow.match(subject).plain.length > 0;
    if (allowed && pubDeny !== null) allowed = pubDeny.match(subject).plain.length === 0;
    if (!allowed && responses !== undefined) return responseAllowed(subject);
    return remember(published, subject, allowed);
  };

  const trackReply = (reply: string): void => {
    if (canPublish(reply)) return;
    const at = now();
    replies.set(reply, { at, used: 0 });
    if (++sincePrune <= REPLIES && at - prunedAt <= PRUNE_EVERY) return;
    for (const [k, r] of replies) {
      const spent = responses!.max > 0 && r.used >= responses!.max;
      const late = responses!.expires > 0 && at - r.at > responses!.expires;
      if (spent || late) replies.delete(k);
    }
    sincePrune = 0;
    prunedAt = at;
  };

  return {
    canPublish,
    canSubscribe(subject, queue) {
      let allowed = true;
      if (subAllow !== null) {
        const r = subAllow.match(subject);
        allowed = r.plain.length > 0;
        if (queue !== null && r.queues.length > 0) allowed = queueListed(queue, r.queues);
      }
      if (allowed && subDeny !== null) {
        const r = subDeny.match(subject);
        allowed = r.plain.length === 0;
        if (allowed && queue !== null && r.queues.length > 0) allowed = !queueListed(queue, r.queues);
      }
      return allowed;
    },
    mustFilter(subject, queue) {
      if (queue === null && !hasWildcard(subject)) return false;
      return denyRules.some((r) => collide(r.subject, subject));
    },
    canDeliver(subject, queue) {
      if (subDeny === null) return true;
      const key = queue === null ? subject : `${subject} ${queue}`;
      const known = delivered.get(key);
      if (known !== undefined) return known;
      const r = subDeny.match(subject);
      let refused = r.plain.length > 0;
      if (!refused && queue !== null && r.queues.length > 0) refused = queueListed(queue, r.queues);
      return remember(delivered, key, !refused);
    },
    trackReply: responses === undefined ? null : trackReply,
    describe: () => describe(options, denyPublish),
    forbid: (subject) => compilePermissions(options, now, [...denyPublish, subject]),
  };
}

function rulesText(list: readonly string[] | undefined): string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list.map((s) => toText(toBinary(s)));
}

/** As $SYS.REQ.USER.INFO shows permissions; response times in ns. */
function describe(options: PermissionOptions, denyPublish: readonly string[]): unknown {
  const deny = [...(options.publish?.deny ?? []), ...denyPublish];
  return {
    publish: { allow: rulesText(options.publish?.allow), deny: rulesText(deny) },
    subscribe: { allow: rulesText(options.subscribe?.allow), deny: rulesText(options.subscribe?.deny) },
    responses:
      options.responses === undefined
        ? undefined
        : {
            max: options.responses.max,
            ttl:
              options.responses.expires < 0 ? options.responses.expires : Math.round(options.responses.expires * 1e6),
          },
  };
}
