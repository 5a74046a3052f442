import { formatDuration } from '#base/duration.ts';
import { quote } from '#base/quote.ts';
import { formatRfc3339Nano, tryParseRfc3339 } from '#base/time.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { isName } from '#client/jetstream/streams.ts';
import type { ConsumerInfo } from '#client/jetstream/types.ts';
import { checkEnabled, metadataValue } from './stream.ts';
import { attempt, nanosOf, seconds, type Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** Thresholds; times in seconds; 0 or less for none. */
export interface ConsumerLimits {
  readonly ack_outstanding_critical: number;
  readonly waiting_critical: number;
  readonly unprocessed_critical: number;
  readonly last_delivery_critical: number;
  readonly last_ack_critical: number;
  readonly redelivery_critical: number;
  /** Every priority group must have a pinned client. */
  readonly pinned: boolean;
}

const prefix = 'io.nats.monitor.';
const metadataKeys = {
  'outstanding-ack-critical': ['ack_outstanding_critical', 'int'],
  'waiting-critical': ['waiting_critical', 'int'],
  'unprocessed-critical': ['unprocessed_critical', 'int'],
  'last-delivery-critical': ['last_delivery_critical', 'seconds'],
  'last-ack-critical': ['last_ack_critical', 'seconds'],
  'redelivery-critical': ['redelivery_critical', 'int'],
} as const;

/** Thresholds from the metadata, for those that were not given. */
export function consumerLimits(info: Pick<ConsumerInfo, 'config'>, given: Partial<ConsumerLimits>): ConsumerLimits {
  const metadata = info.config?.metadata ?? {};
  checkEnabled(metadata);
  const own: Record<string, number | boolean> = {};
  for (const [key, [limit, kind]] of Object.entries(metadataKeys)) {
    const text = metadata[prefix + key];
    own[limit] = text === undefined ? 0 : metadataValue(text, kind);
  }
  own['pinned'] = metadata[`${prefix}pinned`] === 'true';
  return { ...(own as unknown as ConsumerLimits), ...given };
}

/** Checks a consumer: what is outstanding, waiting, unprocessed, redelivered, and when it last did something. */
export async function checkConsumer(
  world: World,
  verdict: Verdict,
  stream: string,
  name: string,
  given: Partial<ConsumerLimits>,
): Promise<void> {
  if (!stream) {
    verdict.cannot('stream name is required');
    return;
  }
  if (!name) {
    verdict.cannot('consumer name is required');
    return;
  }
  for (const [kind, text] of [
    ['stream', stream],
    ['consumer', name],
  ] as const) {
    if (isName(text)) continue;
    verdict.cannot(`could not load info: ${quote(text)} is not a valid ${kind} name`);
    return;
  }
  const info = await attempt(verdict, 'could not load info', async () =>
    consumerInfo(await world.jetStream(), stream, name),
  );
  if (!info) return;
  const limits = await attempt(verdict, 'could not configure based on metadata', async () =>
    consumerLimits(info, given),
  );
  if (limits) judgeConsumer(info, verdict, limits, world.clock.now());
}

/** Holds what is known of a consumer at a time against thresholds. */
export function judgeConsumer(info: ConsumerInfo, verdict: Verdict, limits: ConsumerLimits, now: bigint): void {
  addPerf(info, verdict, limits, now);
  const count = (label: string, value: number | bigint, limit: number) => {
    if (limit > 0) verdict[value >= limit ? 'critical' : 'ok'](`${label}: ${value}`);
  };
  count('Ack Pending', info.num_ack_pending, limits.ack_outstanding_critical);
  count('Waiting Pulls', info.num_waiting ?? 0, limits.waiting_critical);
  count('Unprocessed Messages', info.num_pending, limits.unprocessed_critical);
  count('Redelivered', info.num_redelivered, limits.redelivery_critical);
  const moment = (what: string, none: string, time: string | undefined, limit: number) => {
    if (limit <= 0) return;
    const at = time === undefined ? undefined : tryParseRfc3339(time);
    if (at === undefined) verdict.critical(none);
    else if (now - at >= nanosOf(limit)) verdict.critical(`${what} ${formatDuration(now - at)} ago`);
    else verdict.ok(`${what} ${formatRfc3339Nano(at)}`);
  };
  moment('Last delivery', 'No deliveries', info.delivered.last_active, limits.last_delivery_critical);
  moment('Last ack', 'No acks', info.ack_floor.last_active, limits.last_ack_critical);
  checkPinned(info, verdict, limits.pinned);
}

function addPerf(info: ConsumerInfo, verdict: Verdict, limits: ConsumerLimits, now: bigint): void {
  const add = (name: string, value: number | bigint, limit: number, help: string) =>
    verdict.perf({ name, value: Number(value), critical: limit, help });
  const { ack_outstanding_critical: acks, waiting_critical: waiting } = limits;
  add('ack_pending', info.num_ack_pending, acks, 'The number of messages waiting to be Acknowledged');
  add('pull_waiting', info.num_waiting ?? 0, waiting, 'The number of waiting Pull requests');
  const pending = 'The number of messages that have not yet been consumed';
  add('pending', info.num_pending, limits.unprocessed_critical, pending);
  const redelivered = 'The number of messages currently being redelivered';
  add('redelivered', info.num_redelivered, limits.redelivery_critical, redelivered);
  const since = (name: string, time: string | undefined, critical: number, help: string) => {
    const at = time === undefined ? undefined : tryParseRfc3339(time);
    if (at !== undefined) verdict.perf({ name, value: seconds(now - at), critical, unit: 's', help });
  };
  const delivered = 'Seconds since the last message was delivered';
  since('last_delivery', info.delivered.last_active, limits.last_delivery_critical, delivered);
  const acked = 'Seconds since the last message was acknowledged';
  since('last_ack', info.ack_floor.last_active, limits.last_ack_critical, acked);
}

function checkPinned(info: ConsumerInfo, verdict: Verdict, required: boolean): void {
  const states = info.priority_groups ?? [];
  const groups = info.config?.priority_groups ?? [];
  const isPinning = info.config?.priority_policy === 'pinned_client';
  const pinned = states.filter((g) => g.pinned_client_id).length;
  if (isPinning) {
    const help = 'The number of consumers groups with pinned clients';
    verdict.perf({ name: 'pinned_groups', value: pinned, help });
    verdict.perf({ name: 'groups', value: groups.length, help: 'The total number of consumers groups' });
  }
  if (!required) return;
  if (states.length === 0 || groups.length === 0 || !isPinning) verdict.critical('Not pinned client priority mode');
  else if (pinned !== groups.length) verdict.critical(`${pinned} / ${groups.length} pinned clients`);
  else verdict.ok(`${pinned} pinned clients`);
}
