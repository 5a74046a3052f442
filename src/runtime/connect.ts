import { connect } from '#client/index.ts';
import type { Connection } from '#client/types.ts';
import type { ConnectOverrides, Runtime } from './runtime.ts';
import { loadSettings } from './settings.ts';

/** Connects as the command line, the environment and the context say. */
export async function connectRuntime(runtime: Runtime, overrides?: ConnectOverrides): Promise<Connection> {
  const settings = await loadSettings(runtime, overrides);
  return connect({ ...settings.client, servers: settings.servers });
}
