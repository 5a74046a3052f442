import type { Link } from './socket.ts';
export async function openNodeTcp(_host: string, _port: number): Promise<Link> {
  throw new Error('not yet');
}
