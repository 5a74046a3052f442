import type { Link } from './link.ts';
import { isWebSocket, type Server } from './pool.ts';
import type { Settings } from './settings.ts';
import { openTcp } from './socket.ts';

/**
 * Opens the stream on which a server says INFO: TCP, through a SOCKS proxy, TLS first, WebSocket. What plain TCP does
 * not need is loaded when it is needed. `hold` is told of a link as soon as there is one, so that a timeout can close it.
 */
export async function dial(server: Server, settings: Settings, hold: (link: Link) => void): Promise<Link> {
  const { options } = settings;
  let link: Link;
  if (options.inProcess) {
    const { openInProcess } = await import('./in-process.ts');
    link = openInProcess(options.inProcess);
    hold(link);
    return link;
  }
  if (options.socksProxy) {
    const { openSocks } = await import('./socks.ts');
    link = await openSocks(options.socksProxy, server.host, server.port, hold);
  } else {
    link = await openTcp(server.host, server.port).catch(async (error) => {
      const { dialError } = await import('./dial-error.ts');
      throw dialError(error, server.host, server.port);
    });
  }
  hold(link);
  const ws = isWebSocket(server.scheme);
  if (server.scheme === 'wss' || (ws && settings.tls) || settings.tls?.first) {
    const { resolveTls } = await import('./tls.ts');
    link = await link.startTls(await resolveTls(settings.tls ?? {}, server));
    hold(link);
  }
  if (ws) {
    const { openWebSocket } = await import('./ws.ts');
    link = await openWebSocket(link, server, options.ws ?? {});
    hold(link);
  }
  return link;
}
