import { formatDuration } from '#base/duration.ts';
import { BoxError } from '#base/errors.ts';
import { accountInfo } from '#client/jetstream/api.ts';
import { listStreams } from '#client/jetstream/streams.ts';
import type { Int, StreamInfo } from '#client/jetstream/types.ts';
import { attempt, nanosOf, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** Thresholds in percent of the account's limits, -1 for none; those of replicas in seconds and operations, 0 for none. */
export interface JetStreamLimits {
  readonly memory_warning: number;
  readonly memory_critical: number;
  readonly file_warning: number;
  readonly file_critical: number;
  readonly stream_warning: number;
  readonly stream_critical: number;
  readonly consumers_warning: number;
  readonly consumers_critical: number;
  readonly check_replicas: boolean;
  readonly replica_seen_critical: number;
  readonly replica_lag_critical: number;
}

/** Checks what an account uses of its limits, and whether its streams have all their replicas. */
export async function checkJetStream(world: World, verdict: Verdict, limits: JetStreamLimits): Promise<void> {
  if (!(await connected(world, verdict, 'connection failed'))) return;
  const js = await world.jetStream();
  const info = await attemptJs(verdict, 'JetStream not available', () => accountInfo(js));
  if (!info) {
    verdict.critical('JetStream not available: invalid account status');
    return;
  }
  const use = (item: string, unit: string, warn: number, crit: number, max: Int, value: Int) =>
    checkUse(verdict, item, unit, warn, crit, Number(max), Number(value));
  use('memory', 'B', limits.memory_warning, limits.memory_critical, info.limits.max_memory, info.memory);
  use('storage', 'B', limits.file_warning, limits.file_critical, info.limits.max_storage, info.storage);
  use('streams', '', limits.stream_warning, limits.stream_critical, info.limits.max_streams, info.streams);
  use('consumers', '', limits.consumers_warning, limits.consumers_critical, info.limits.max_consumers, info.consumers);
  if (!limits.check_replicas) return;
  const missing: string[] = [];
  const streams = await attemptJs(verdict, 'JetStream not available', async () => {
    const all: StreamInfo[] = [];
    for await (const stream of listStreams(js, undefined, missing)) all.push(stream);
    return all;
  });
  if (streams) checkReplicas(verdict, streams, missing.length, limits);
}

function checkUse(
  verdict: Verdict,
  item: string,
  unit: string,
  warn: number,
  crit: number,
  max: number,
  value: number,
): void {
  const percent = max > 0 ? Math.trunc((value / max) * 100) : 0;
  verdict.perf({ name: item, value, unit, help: `JetStream ${item} resource usage` });
  verdict.perf({
    name: `${item}_pct`,
    value: percent,
    unit: '%',
    warning: Math.max(0, warn),
    critical: Math.max(0, crit),
    help: `JetStream ${item} resource usage in percent`,
  });
  if (warn !== -1 && crit !== -1 && warn >= crit) verdict.cannot(`${item}: invalid thresholds`);
  else if (percent > 100) verdict.critical(`${item}: exceed server limits`);
  else if (warn < 0 || crit < 0) return;
  else if (percent > crit) verdict.critical(`${percent}% ${item}`);
  else if (percent > warn) verdict.warn(`${percent}% ${item}`);
}

type Health = 'ok' | 'leaderless' | 'few' | 'lagged' | 'unseen' | 'bad';

/** The first thing that is wrong with a stream's replicas. */
function replicaHealth({ config, cluster }: StreamInfo, limits: JetStreamLimits): Health[] {
  const replicas = config.num_replicas ?? 1;
  if (replicas === 1) return ['ok'];
  if (!cluster) return ['bad'];
  if (!cluster.leader) return ['leaderless'];
  const peers = cluster.replicas ?? [];
  if (peers.length !== replicas - 1) return ['few'];
  const { replica_seen_critical: seen, replica_lag_critical: lag } = limits;
  const problems = peers.flatMap((peer): Health[] => {
    if (peer.offline) return ['bad'];
    if (seen > 0 && BigInt(peer.active) > nanosOf(seen)) return ['unseen'];
    return lag > 0 && (peer.lag ?? 0) > lag ? ['lagged'] : [];
  });
  return problems.length > 0 ? problems : ['ok'];
}

function checkReplicas(
  verdict: Verdict,
  streams: readonly StreamInfo[],
  missing: number,
  limits: JetStreamLimits,
): void {
  const found = streams.flatMap((stream) => replicaHealth(stream, limits));
  const count = (health: Health) => found.filter((h) => h === health).length;
  const [ok, leaderless, few] = [count('ok'), count('leaderless'), count('few')];
  const [lagged, unseen, bad] = [count('lagged'), count('unseen'), count('bad') + missing];
  const { replica_seen_critical: seen, replica_lag_critical: lag } = limits;
  verdict.perf({ name: 'replicas_ok', value: ok, help: 'Streams with healthy cluster state' });
  verdict.perf({ name: 'replicas_no_leader', value: leaderless, help: 'Streams with no leader elected' });
  const fewHelp = 'Streams where there are fewer known replicas than configured';
  verdict.perf({ name: 'replicas_missing_replicas', value: few, help: fewHelp });
  verdict.perf({
    name: 'replicas_lagged',
    value: lagged,
    critical: lag,
    help: `Streams with > ${lag} lagged replicas`,
  });
  const seenHelp = `Streams with replicas seen > ${formatDuration(nanosOf(seen))} ago`;
  verdict.perf({ name: 'replicas_not_seen', value: unseen, critical: seen, unit: 's', help: seenHelp });
  verdict.perf({ name: 'replicas_fail', value: bad, help: 'Streams unhealthy cluster state' });
  const unhealthy = bad + few + leaderless + unseen + lagged;
  if (unhealthy > 0) verdict.critical(`${unhealthy} unhealthy streams`);
}

/** A step that asks for the whole of JetStream: nobody there means that it is off. */
function attemptJs<T>(verdict: Verdict, lead: string, step: () => Promise<T>): Promise<T | undefined> {
  return attempt(verdict, lead, () =>
    step().catch((error: unknown) => {
      if (error instanceof BoxError && error.kind === 'no-responders') throw new Error('nats: jetstream not enabled');
      throw error;
    }),
  );
}
