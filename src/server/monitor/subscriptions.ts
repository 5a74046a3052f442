/** Subject trees: their numbers, and the subscriptions in them. */
import { accountTag, timeText } from '../accounts/info.ts';
import { isSubset, literalSubject } from '../config/subjects.ts';
import type { Sublist } from '../core/sublist.ts';
import { toBinary } from '../core/text.ts';
import type { Sub } from '../core/types.ts';
import type { Running } from '../running.ts';
import { subFacts } from './closed.ts';
import { MonitorError, page } from './form.ts';

/** Sums over several trees. Fan-out is of the results now in the caches. */
export function sublistStats(lists: readonly Sublist<Sub>[]): Record<string, number> {
  let subs = 0;
  let cache = 0;
  let inserts = 0;
  let removes = 0;
  let matches = 0;
  let hits = 0;
  let max = 0;
  let fan = 0;
  for (const l of lists) {
    const c = l.cached();
    subs += l.count;
    cache += c.count;
    inserts += l.inserts;
    removes += l.removes;
    matches += l.matches;
    hits += l.cacheHits;
    max = Math.max(max, c.maxFanout);
    fan += c.fanout;
  }
  return {
    num_subscriptions: subs,
    num_cache: cache,
    num_inserts: inserts,
    num_removes: removes,
    num_matches: matches,
    cache_hit_rate: matches === 0 ? 0 : hits / matches,
    max_fanout: max,
    avg_fanout: cache === 0 ? 0 : fan / cache,
  };
}

export interface SubszOptions {
  readonly subscriptions?: boolean;
  readonly offset?: number;
  readonly limit?: number;
  readonly account?: string;
  readonly test?: string;
}

/** Subscriptions in all trees, or in one account's. */
export function subsz(run: Running, o: SubszOptions): Record<string, unknown> {
  const { srv } = run;
  const test = o.test ? toBinary(o.test) : '';
  if (test !== '' && !literalSubject(test)) {
    throw new MonitorError(`invalid test subject, must be valid publish subject: ${o.test}`);
  }
  const accounts = [...srv.accounts.values()].filter((a) => !o.account || a.name === o.account);
  const offset = Math.max(o.offset ?? 0, 0);
  const limit = (o.limit ?? 0) > 0 ? o.limit! : 1024;
  const head = { server_id: srv.id, now: timeText(srv.clock.now()), ...sublistStats(accounts.map((a) => a.sublist)) };
  if (o.subscriptions !== true) return { ...head, total: 0, offset, limit };
  const found: unknown[] = [];
  for (const a of accounts) {
    for (const sub of a.sublist.all()) {
      if (test !== '' && !isSubset(test, sub.subject)) continue;
      const { account } = sub.client;
      found.push({ account: account.name, account_tag: accountTag(account), ...subFacts(sub) });
    }
  }
  const list = page(found, offset, limit);
  return { ...head, total: found.length, offset, limit, subscriptions_list: list.length > 0 ? list : undefined };
}
