import { humanDuration } from '#base/duration.ts';
import { messageOf } from '#base/errors.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { arr, list, nanos, obj, str, time } from '#cli/schema.ts';
import type { Connection, TlsOptions } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { connectSettings } from '#runtime/connect.ts';
import { addressesOf } from '#runtime/lookup.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings, type Settings } from '#runtime/settings.ts';
import { parseAddress, type ServerAddress } from './address.ts';

/** One address of a server, and how long a PING took there. */
interface RttResult {
  readonly time: string;
  readonly address: string;
  /** Nanoseconds, the mean of all rounds; 0 when it failed. */
  readonly rtt: bigint;
  /** The server that answered. */
  readonly url: string;
}

interface RttTarget {
  readonly url: string;
  readonly results: readonly RttResult[];
}

/** `nats rtt`: how long a PING takes to each address of each server. */
export const command = defineCommand({
  name: 'rtt',
  help: 'Measure the round-trip time to the servers\n\nEvery address of every server is connected to and sent PINGs; the mean is shown.',
  args: { iterations: { type: 'int', default: '5', help: 'PINGs to send to each address' } },
  flags: { json: { type: 'bool', short: 'j', help: 'Print the results as JSON' } },
  tags: { scope: 'user', impact: 'rw' },
  output: list(obj({ url: str, results: arr(obj({ time, address: str, rtt: nanos, url: str })) })),
  async run(input, runtime) {
    const settings = await loadSettings(runtime);
    const rounds = Math.max(1, input.args.iterations);
    const targets: RttTarget[] = [];
    for (const server of settings.servers) targets.push(await measure(runtime, settings, parseAddress(server), rounds));
    await runtime.show(
      {
        data: targets,
        text: () => rttText(targets),
        rows: () => targets.flatMap((t) => t.results.map((r) => ({ server: t.url, ...r }))),
      },
      { json: input.flags.json },
    );
  },
});

async function measure(
  runtime: Runtime,
  settings: Settings,
  server: ServerAddress,
  rounds: number,
): Promise<RttTarget> {
  const isName = !server.host.includes(':') && !/^\d+(\.\d+){3}$/.test(server.host);
  const found = isName ? await addressesOf(server.host) : [];
  const results: RttResult[] = [];
  for (const host of found.length > 0 ? found : [server.host]) {
    const at = `${host.includes(':') ? `[${host}]` : host}:${server.port}`;
    const address = `${server.scheme}://${at}`;
    const started = formatRfc3339Nano(runtime.clock.now(), 'local');
    const url = `${server.scheme}://${server.login}${at}`;
    try {
      const answer = await pingAddress(runtime, settings, url, found.length > 0 ? server.host : undefined, rounds);
      results.push({ time: started, address, ...answer });
    } catch (error) {
      runtime.log(`Failed to compute rtt for ${address}: ${messageOf(error)}`);
      results.push({ time: started, address, rtt: 0n, url: '' });
    }
  }
  return { url: server.shown, results };
}

async function pingAddress(
  runtime: Runtime,
  settings: Settings,
  url: string,
  name: string | undefined,
  rounds: number,
): Promise<{ rtt: bigint; url: string }> {
  const connection = await connectAddress(runtime, settings, url, name);
  try {
    let total = 0n;
    for (let i = 0; i < rounds; i++) {
      const rtt = await connection.rtt();
      if (runtime.globals['trace'] === true) runtime.log(`#${i + 1}:\trtt=${humanDuration(rtt)}`);
      total += rtt;
    }
    return { rtt: total / BigInt(rounds), url: connection.serverUrl };
  } finally {
    await connection.close();
  }
}

/** A certificate names the host, not its addresses: the name goes along when TLS is on, or turns out to be. */
async function connectAddress(
  runtime: Runtime,
  settings: Settings,
  url: string,
  serverName: string | undefined,
): Promise<Connection> {
  const { tls } = settings.client;
  const given: TlsOptions | undefined = typeof tls === 'object' ? tls : undefined;
  const with_ = (options: TlsOptions | undefined) =>
    connectSettings(runtime, {
      ...settings,
      servers: [url],
      client: { ...settings.client, reconnect: false, ...(options ? { tls: options } : {}) },
    });
  if (serverName === undefined) return with_(given);
  if (given || /^(tls|wss):/.test(url)) return with_({ ...given, serverName });
  return with_(undefined).catch((error: unknown) =>
    with_({ serverName }).catch(() => {
      throw error;
    }),
  );
}

/** The results as text: a heading per server, an address a line, right-aligned. */
export function rttText(targets: readonly RttTarget[]): string {
  const width = Math.max(0, ...targets.flatMap((t) => t.results.map((r) => r.address.length))) + 3;
  return targets
    .map(({ url, results }) => {
      const lines = results.map(
        (r) => `${r.address.padStart(width)}: ${r.rtt > 0n ? humanDuration(r.rtt) : 'failed'}\n`,
      );
      return `${url}:\n\n${lines.join('')}\n`;
    })
    .join('');
}
