import { connect } from '#client/connect.ts';
import type { Connection } from '#client/types.ts';
import type { ConnectOverrides, Runtime } from './runtime.ts';
import { loadSettings, type Settings } from './settings.ts';

/** Connects as the command line, the environment and the context say. */
export async function connectRuntime(runtime: Runtime, overrides?: ConnectOverrides): Promise<Connection> {
  return connectSettings(runtime, await loadSettings(runtime, overrides));
}

/** Connects with these settings and tells on stderr of what happens to the connection. */
export async function connectSettings(runtime: Runtime, settings: Settings): Promise<Connection> {
  const tracing = runtime.globals['trace'] === true;
  const connection = await connect({ ...settings.client, servers: settings.servers }).catch(async (error: unknown) => {
    throw (await unreadable(settings.client)) ?? error;
  });
  const note = (text: string) => runtime.log(`>>> ${text}`);
  const goesOn = settings.client.reconnect !== false;
  connection.on('disconnect', ({ error }) => {
    if (!goesOn) return;
    note(`Disconnected due to: ${error?.message ?? 'the server closed the connection'}, will attempt reconnect`);
  });
  if (!tracing) return connection;
  note(`Connected to ${connection.serverUrl}${address(connection)}`);
  connection.on('reconnect', ({ server }) => note(`Reconnected to ${server}${address(connection)}`));
  connection.on('reconnect-failed', ({ error }) => note(`Reconnect error: ${error.message}`));
  connection.on('discovered', ({ servers }) => note(`Discovered new servers: ${servers.join(', ')}`));
  connection.on('error', ({ error }) => note(`Unexpected NATS error: ${error.message}`));
  return connection;
}

/** ` (address:port)` of the server behind the name. */
function address(connection: Connection): string {
  const remote = connection.linkFacts()?.remote;
  return remote ? ` (${remote})` : '';
}

/**
 * Why a secret of the login cannot be read, or undefined. Secrets are asked for when a server wants them; where none was
 * reached, a wrong path is still what has to be told first.
 */
async function unreadable({ creds, nkeySeed, jwt, token }: Settings['client']): Promise<unknown> {
  for (const secret of [creds, nkeySeed, jwt, token]) {
    if (typeof secret !== 'function') continue;
    try {
      await secret();
    } catch (error) {
      return error;
    }
  }
  return undefined;
}
