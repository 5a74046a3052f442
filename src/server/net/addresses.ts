/** URLs under which a server can be reached. */
import type { Running } from '../running.ts';

/** URLs of one listener; one on all interfaces has one URL for each address of the machine. */
export async function urlsOf(scheme: string, host: string, port: number): Promise<string[]> {
  if (host !== '0.0.0.0' && host !== '::' && host !== '') {
    return [`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`];
  }
  const { networkInterfaces } = await import('node:os');
  const out: string[] = [];
  for (const list of Object.values(networkInterfaces())) {
    for (const a of list ?? []) {
      if (a.address.startsWith('fe80:')) continue;
      out.push(`${scheme}://${a.family === 'IPv6' ? `[${a.address}]` : a.address}:${port}`);
    }
  }
  return out;
}

/** All listeners by kind, in the form of the ports file. */
export async function listenerUrls(run: Running): Promise<Record<string, string[]>> {
  const { srv } = run;
  const out: Record<string, string[]> = {};
  if (run.tcp !== null) out.nats = await urlsOf(srv.tls.required ? 'tls' : 'nats', srv.options.host, run.tcp.port);
  for (const l of run.listeners) out[l.kind] = await urlsOf(l.scheme, l.host, l.port);
  return out;
}
