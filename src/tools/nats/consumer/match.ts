// Which consumers find and balance mean.
import { fail } from '#base/errors.ts';
import { compileExpr } from '#base/expr/expr.ts';
import { isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { ConsumerInfo } from '#client/jetstream/types.ts';
import { consumerInfoDocument } from '../jetstream/document.ts';
import { goDocument } from '../jetstream/go-names.ts';
import { consumerFields } from './fields.ts';

/** Flags that choose consumers, on find and balance. */
export const matchFlags = {
  pull: { type: 'bool', help: 'Only pull consumers' },
  push: { type: 'bool', help: 'Only push consumers' },
  bound: { type: 'bool', help: 'Only push consumers with a subscriber and pull consumers with waiting pulls' },
  waiting: { type: 'int', help: 'Only with fewer waiting pulls, but some' },
  'ack-pending': { type: 'int', help: 'Only with fewer unacknowledged messages, but some' },
  pending: { type: 'uint', help: 'Only with fewer unprocessed messages, but some' },
  idle: { type: 'duration', help: 'Only those that delivered within this time' },
  created: { type: 'duration', placeholder: 'DURATION', help: 'Only those made longer ago' },
  replicas: { type: 'uint', placeholder: 'REPLICAS', help: 'Only with so many replicas or fewer' },
  leader: { type: 'string', placeholder: 'SERVER', help: 'Only those led by this server' },
  pinned: { type: 'bool', help: 'Only with a pinned client in every priority group' },
  invert: { type: 'bool', negatable: true, help: 'Turn each condition around' },
  expression: { type: 'string', help: "Only those the expression is true for, such as 'state.num_pending > 10'" },
} as const satisfies FlagSpecs;

type Wanted = ValuesOf<typeof matchFlags> & { readonly 'api-level'?: number | undefined };
type Test = (info: ConsumerInfo) => boolean;

/** One test of all the conditions. `now`: unix nanoseconds. Throws usage errors. */
export function consumerMatcher(flags: Wanted, now: bigint): Test {
  if (flags.pull && flags.push) throw fail('usage', 'cannot match pull and push concurrently');
  const { invert } = flags;
  const tests: Test[] = [];
  const either = (test: Test) => tests.push(invert ? (info) => !test(info) : test);
  const fewer = (limit: number | bigint | undefined, of: (info: ConsumerInfo) => number | bigint) => {
    if (limit === undefined || BigInt(limit) <= 0n) return;
    const most = BigInt(limit);
    tests.push((info) => {
      const value = BigInt(of(info));
      return value > 0n && (invert ? value > most : value < most);
    });
  };
  if (flags.expression) either(expressionTest(flags.expression, now));
  if (flags.pull) either((info) => !info.config.deliver_subject);
  if (flags.push) either((info) => !!info.config.deliver_subject);
  if (flags.bound) either((info) => info.push_bound === true || info.num_waiting > 0);
  if (flags.pinned) tests.push(pinnedTest(invert));
  fewer(flags['ack-pending'], (info) => info.num_ack_pending);
  fewer(flags.waiting, (info) => info.num_waiting);
  fewer(flags.pending, (info) => info.num_pending);
  const age = (time: string | undefined, test: (ns: bigint) => boolean) => {
    const at = tryParseRfc3339(time ?? '') ?? 0n;
    return at !== 0n && !isZeroTime(at) && test(now - at);
  };
  const { created, idle, leader } = flags;
  if (created) tests.push((info) => age(info.created, (ns) => (invert ? ns < created : ns >= created)));
  if (idle) tests.push((info) => age(info.delivered.last_active, (ns) => (invert ? ns > idle : ns < idle)));
  if (flags.replicas) {
    const most = Number(flags.replicas);
    tests.push(({ config: { num_replicas: n = 0 } }) => (invert ? n >= most : n <= most));
  }
  if (leader) tests.push(({ cluster }) => cluster !== undefined && (cluster.leader === leader) !== invert);
  const level = flags['api-level'] ?? 0;
  if (level > 0) either((info) => Number(info.config.metadata?.['_nats.req.level'] ?? 0) >= level);
  return (info) => tests.every((test) => test(info));
}

function pinnedTest(invert: boolean): Test {
  return (info) => {
    if (info.config.priority_policy !== 'pinned_client') return false;
    const pinned = (info.priority_groups ?? []).filter((g) => g.pinned_client_id).length;
    return (pinned === (info.config.priority_groups ?? []).length) !== invert;
  };
}

function expressionTest(source: string, now: bigint): Test {
  const expression = compileExpr(source, { names: ['config', 'state', 'info', 'Info'], now: () => now });
  return (info) => {
    const document = consumerInfoDocument(info);
    const go = goDocument(document, consumerFields) as Record<string, unknown>;
    const lower = Object.fromEntries(Object.entries(go).map(([key, value]) => [key.toLowerCase(), value]));
    const state = { ...lower, ...document };
    return expression.test({ config: document['config'], state, info: state, Info: go });
  };
}
