import type { Server } from './pool.ts';
import type { Link } from './socket.ts';
import type { WebSocketOptions } from './types.ts';
export async function openWebSocket(_link: Link, _server: Server, _options: WebSocketOptions): Promise<Link> {
  throw new Error('not yet');
}
