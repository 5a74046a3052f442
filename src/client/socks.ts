import type { Link } from './socket.ts';
export async function openSocks(
  _proxy: string,
  _host: string,
  _port: number,
  _hold: (link: Link) => void,
): Promise<Link> {
  throw new Error('not yet');
}
