// What checks are run against: the command line's own connection, or one of the exporter.
import { BoxError, fail } from '#base/errors.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import type { Clock, Runtime } from '#runtime/runtime.ts';
import { attempt, type Verdict } from './verdict.ts';

/** Where a check looks. */
export interface World {
  readonly clock: Clock;
  /** Milliseconds to wait for answers. */
  readonly timeout: number;
  connect(): Promise<Connection>;
  jetStream(): Promise<JetStream>;
  readText(path: string): Promise<string>;
  exists(path: string): Promise<boolean>;
}

/** The world of this command line. A server that is not there is a finding and no reason to go on trying. */
export function commandWorld(runtime: Runtime): World {
  const timeout = Number((runtime.globals['timeout'] as bigint | undefined) ?? 5_000_000_000n) / 1e6;
  let connection: Promise<Connection> | undefined;
  const connect = (): Promise<Connection> => {
    connection ??= runtime.connect({ noReconnect: true }).catch((error: unknown) => {
      // Files of the login or a context that is not there: the check was set up wrongly.
      if (error instanceof BoxError && error.kind === 'not-found') throw fail('usage', error.message, error.facts);
      throw error;
    });
    return connection;
  };
  return {
    clock: runtime.clock,
    timeout,
    connect,
    jetStream: async () => {
      await connect();
      const { openJetStream } = await import('#runtime/jetstream.ts');
      return openJetStream(runtime);
    },
    readText: (path) => runtime.files.readText(path),
    exists: async (path) => (await runtime.files.stat(path)) !== undefined,
  };
}

/** The connection a check needs, or a critical finding. */
export function connected(world: World, verdict: Verdict, lead: string): Promise<Connection | undefined> {
  return attempt(verdict, lead, () => world.connect());
}
