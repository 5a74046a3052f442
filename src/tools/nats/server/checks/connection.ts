import { formatDuration } from '#base/duration.ts';
import { goFloat, toFixedEven } from '#base/fixed.ts';
import { nuid } from '#base/nuid.ts';
import { attempt, nanosOf, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** Thresholds in seconds; 0 for none. */
export interface ConnectionLimits {
  readonly connect_time_warning: number;
  readonly connect_time_critical: number;
  readonly server_rtt_warning: number;
  readonly server_rtt_critical: number;
  readonly request_rtt_warning: number;
  readonly request_rtt_critical: number;
}

/** Which threshold a time passes. */
function level(ns: bigint, warning: number, critical: number): 'critical' | 'warn' | 'ok' {
  if (critical !== 0 && ns >= nanosOf(critical)) return 'critical';
  return warning !== 0 && ns >= nanosOf(warning) ? 'warn' : 'ok';
}

/** Connects, pings and sends a message to itself, and times all three. */
export async function checkConnection(world: World, verdict: Verdict, limits: ConnectionLimits): Promise<void> {
  const { clock } = world;
  const started = clock.mono();
  const connection = await connected(world, verdict, 'connection failed');
  if (!connection) return;
  const took = clock.mono() - started;
  const { connect_time_warning: warning, connect_time_critical: critical } = limits;
  const help = 'Time taken to connect to NATS';
  verdict.perf({ name: 'connect_time', value: Number(took) / 1e9, warning, critical, unit: 's', help });
  const at = level(took, warning, critical);
  const url = connection.serverUrl;
  if (at === 'ok') verdict.ok(`connected to ${url} in ${formatDuration(took)}`);
  else verdict[at](`connected to ${url}, connect time exceeded ${goFloat(at === 'warn' ? warning : critical, 21)}`);

  const rtt = await attempt(verdict, 'rtt failed', () => connection.rtt(world.timeout));
  if (rtt === undefined) return;
  checkRtt(verdict, rtt, limits);

  const inbox = connection.newInbox();
  const body = nuid().repeat(5).slice(0, 100);
  const asked = clock.mono();
  const received = await attempt(verdict, `did not receive from ${inbox}`, async () => {
    const subscription = connection.subscribe(inbox, { max: 1 });
    const late = setTimeout(() => subscription.unsubscribe(), world.timeout);
    try {
      connection.publish(inbox, body);
      for await (const msg of subscription) return msg.string();
    } finally {
      clearTimeout(late);
    }
    throw new Error('nats: timeout');
  });
  if (received === undefined) return;
  checkRequest(verdict, clock.mono() - asked, limits);
  if (received !== body) verdict.critical('did not receive expected message');
}

function checkRtt(verdict: Verdict, rtt: bigint, limits: ConnectionLimits): void {
  const { server_rtt_warning: warning, server_rtt_critical: critical } = limits;
  const help = 'The round-trip-time of the connection';
  verdict.perf({ name: 'rtt', value: Number(rtt) / 1e9, warning, critical, unit: 's', help });
  const at = level(rtt, warning, critical);
  if (at === 'ok') verdict.ok(`rtt time ${formatDuration(rtt)}`);
  else verdict[at](`rtt time exceeded ${goFloat(at === 'warn' ? warning : critical, 21)}`);
}

function checkRequest(verdict: Verdict, took: bigint, limits: ConnectionLimits): void {
  const { request_rtt_warning: warning, request_rtt_critical: critical } = limits;
  const help = 'Time taken for a full Request-Reply operation';
  const value = Number(took) / 1e9;
  verdict.perf({ name: 'request_time', value, warning, critical, unit: 's', help });
  const at = level(took, warning, critical);
  const text = toFixedEven(value, 6);
  if (at === 'ok') verdict.ok(`round trip took ${text}s`);
  else verdict[at](`round trip request took ${text}`);
}
