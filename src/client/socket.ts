import type { Link } from './link.ts';
import { openBunTcp } from './socket-bun.ts';

/** Opens a TCP stream. Rejects with the runtime's error, whose `code` names the cause. */
export async function openTcp(host: string, port: number): Promise<Link> {
  if (typeof Bun === 'undefined') return (await import('./socket-node.ts')).openNodeTcp(host, port);
  return openBunTcp(host, port);
}
