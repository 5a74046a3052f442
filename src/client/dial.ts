import { fail } from '#base/errors.ts';
import { isWebSocket, type Server } from './pool.ts';
import type { Settings } from './settings.ts';
import { type Link, openTcp } from './socket.ts';

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
    link = await openTcp(server.host, server.port).catch((error) => {
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

/** The runtime's connect error in the words of the Go tools; refused connections end as "no servers" later. */
export function dialError(error: unknown, host: string, port: number): Error {
  const code = (error as { code?: unknown }).code;
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const retryable = true;
  const facts = (hint: string) => ({ retryable, hint, reason: error });
  if (code === 'ECONNREFUSED')
    return fail('unreachable', `dial tcp ${at}: connect: connection refused`, facts(`nothing listens at ${at}`));
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA' || code === 'EAI_NODATA')
    return fail('unreachable', `dial tcp: lookup ${host}: no such host`, facts('check the host name'));
  if (code === 'ETIMEDOUT') return fail('timeout', `dial tcp ${at}: i/o timeout`, facts('check the address'));
  if (code === 'EHOSTUNREACH')
    return fail('unreachable', `dial tcp ${at}: connect: no route to host`, facts('check the address'));
  if (code === 'ENETUNREACH')
    return fail('unreachable', `dial tcp ${at}: connect: network is unreachable`, facts('check the network'));
  if (code === 'ECONNRESET')
    return fail('unreachable', `dial tcp ${at}: connection reset by peer`, facts('the server closed the connection'));
  return fail(
    'unreachable',
    `dial tcp ${at}: ${typeof code === 'string' ? code : 'failed'}`,
    facts('check the address'),
  );
}
