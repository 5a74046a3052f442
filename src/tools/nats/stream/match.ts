// Which streams find and balance mean.
import { fail } from '#base/errors.ts';
import { compileExpr } from '#base/expr/expr.ts';
import { isWithin } from '#base/subject.ts';
import { isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { streamInfoDocument } from '../jetstream/document.ts';
import { goDocument } from '../jetstream/go-names.ts';
import { streamFields } from './fields.ts';

/** Flags that choose streams, on find and balance. */
export const matchFlags = {
  'server-name': { type: 'string', help: 'Only those led by or replicated to servers whose name matches this pattern' },
  cluster: { type: 'string', help: 'Only those in clusters whose name matches this pattern' },
  empty: { type: 'bool', help: 'Only those without messages' },
  idle: { type: 'duration', placeholder: 'DURATION', help: 'Only those without new messages for so long' },
  created: { type: 'duration', placeholder: 'DURATION', help: 'Only those made longer ago' },
  consumers: { type: 'int', default: '-1', placeholder: 'THRESHOLD', help: 'Only with so many consumers or fewer' },
  subject: { type: 'string', help: 'Only those with a subject within this one' },
  replicas: { type: 'uint', placeholder: 'REPLICAS', help: 'Only with so many replicas or fewer' },
  sourced: { type: 'bool', help: 'Only those that take messages of others in' },
  mirrored: { type: 'bool', help: 'Only mirrors' },
  leader: { type: 'string', placeholder: 'SERVER', help: 'Only those led by this server' },
  invert: { type: 'bool', negatable: true, help: 'Turn each condition around' },
  expression: { type: 'string', help: "Only those the expression is true for, such as 'state.messages > 10'" },
} as const satisfies FlagSpecs;

type Wanted = ValuesOf<typeof matchFlags> & { readonly 'api-level'?: number | undefined };
type Test = (info: StreamInfo) => boolean;

/** One test of all the conditions. `now`: unix nanoseconds. Throws usage errors. */
export function streamMatcher(flags: Wanted, isSet: (flag: string) => boolean, now: bigint): Test {
  const { invert } = flags;
  const tests: Test[] = [];
  const either = (test: Test) => tests.push(invert ? (info) => !test(info) : test);
  if (flags['server-name']) {
    const pattern = patternOf(flags['server-name']);
    either(({ cluster }) =>
      [cluster?.leader ?? '', ...(cluster?.replicas ?? []).map((r) => r.name)].some((n) => pattern.test(n)),
    );
  }
  if (flags.cluster) {
    const pattern = patternOf(flags.cluster);
    either(({ cluster }) => cluster?.name !== undefined && pattern.test(cluster.name));
  }
  if (flags.empty) either(({ state }) => BigInt(state.messages) === 0n);
  const { idle, created, leader } = flags;
  if (idle) {
    either(({ state }) => {
      const last = tryParseRfc3339(state.last_ts) ?? 0n;
      return isZeroTime(last) || now - last > idle;
    });
  }
  if (created) either((info) => now - (tryParseRfc3339(info.created) ?? now) >= created);
  if (flags.consumers >= 0) {
    const most = flags.consumers;
    tests.push(({ state: { consumer_count: n } }) => (invert ? n >= most : n <= most));
  }
  if (flags.subject) tests.push(subjectTest(flags.subject, invert));
  if (isSet('sourced')) either(({ config }) => (config.sources ?? []).length > 0);
  if (isSet('mirrored')) either(({ config }) => config.mirror !== undefined);
  if (flags.replicas) {
    const most = Number(flags.replicas);
    tests.push(({ config: { num_replicas: n = 1 } }) => (invert ? n >= most : n <= most));
  }
  if (leader) tests.push(({ cluster }) => cluster !== undefined && (cluster.leader === leader) !== invert);
  if (flags.expression) either(expressionTest(flags.expression, now));
  const level = flags['api-level'] ?? 0;
  if (level > 0) either(({ config }) => Number(config.metadata?.['_nats.req.level'] ?? 0) >= level);
  return (info) => tests.every((test) => test(info));
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw fail('usage', `invalid regular expression ${JSON.stringify(text)}`);
  }
}

/** Inverted: a subject that is not within it. A stream without subjects never matches. */
function subjectTest(filter: string, invert: boolean): Test {
  return ({ config }) => (config.subjects ?? []).some((subject) => isWithin(subject, filter) !== invert);
}

function expressionTest(source: string, now: bigint): Test {
  const expression = compileExpr(source, { names: ['config', 'state', 'info', 'Info'], now: () => now });
  return (info) => {
    const document = streamInfoDocument(info);
    const { config, state } = document;
    return expression.test({ config, state, info: document, Info: goDocument(document, streamFields) });
  };
}
