import { connect } from '#client/connect.ts';
import type { Runtime } from '../runtime.ts';
import { loadSettings } from '../settings.ts';
import { clusterSource, systemSource } from './cluster.ts';
import type { TopSource } from './source.ts';

/**
 * Connects to the system account as flags, environment and context say, and asks once: the server of that name, or all.
 * Nothing is written while it watches, since the screen is in use. Throws what is wrong.
 */
export async function openSystem(runtime: Runtime, name: string | undefined, timeoutMs: number): Promise<TopSource> {
  const settings = await loadSettings(runtime);
  const connection = await connect({ ...settings.client, servers: settings.servers });
  runtime.onExit(() => connection.close());
  const source = name === undefined ? clusterSource(connection, timeoutMs) : systemSource(connection, name, timeoutMs);
  await source.check();
  return source;
}
