import { watchGarbage } from '#client/garbage.ts';
import { type JetStream, jetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import { noteGarbage } from './collect.ts';
import type { Runtime } from './runtime.ts';
import { loadSettings, type Settings } from './settings.ts';

/** The JetStream door of this command line: domain, prefixes, timeout and --trace as given. */
export async function openJetStream(runtime: Runtime): Promise<JetStream> {
  const settings = await loadSettings(runtime);
  watchGarbage(noteGarbage);
  return jetStreamOf(runtime, await runtime.connect(), settings);
}

/** The same over a connection that is there already. */
export function jetStreamOf(runtime: Runtime, connection: Connection, settings: Settings): JetStream {
  return jetStream(connection, {
    ...(settings.jsDomain ? { domain: settings.jsDomain } : {}),
    ...(settings.jsApiPrefix ? { apiPrefix: settings.jsApiPrefix } : {}),
    ...(settings.jsEventPrefix ? { eventPrefix: settings.jsEventPrefix } : {}),
    timeout: Number(settings.timeout / 1_000_000n),
    ...(runtime.globals['trace'] === true ? { trace: traceTo(runtime) } : {}),
  });
}

function traceTo(runtime: Runtime) {
  return (direction: 'request' | 'answer', subject: string, body: string) => {
    runtime.log(direction === 'request' ? `>>> ${subject}\n${body}\n` : `<<< ${subject}: ${body}\n`);
  };
}
