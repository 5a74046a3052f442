import { fail } from '#base/errors.ts';
import type { MonitorTarget, MonitorTls } from '#runtime/top/http.ts';

/**
 * The monitoring ports `-s` names: hosts with commas between, each alone, with a port of its own, or as a URL. The host of
 * a `nats://` URL is taken without its port, which is no monitoring port. Throws `usage` for an empty host or port 0.
 */
export function monitorTargets(hosts: string, port: number, tls: MonitorTls | undefined): MonitorTarget[] {
  const scheme = tls === undefined ? 'http' : 'https';
  const targets = hosts.split(',').map((text): MonitorTarget => {
    const m =
      /^(?:([a-z+]+):\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/]*|[\da-f:.]*:[\da-f:.]*:[\da-f:.]*)(?::(\d+))?\/?$/i.exec(
        text.trim(),
      );
    if (!m || !m[2]) throw fail('usage', 'invalid monitoring endpoint', { hint: '-s takes a host, e.g. -s 127.0.0.1' });
    const url = m[1]?.toLowerCase();
    const isHttp = url === 'http' || url === 'https';
    const own = url === undefined || isHttp ? Number(m[3] ?? port) : port;
    if (!(own > 0 && own < 65_536)) throw fail('usage', 'invalid monitoring port', { hint: 'e.g. -m 8222' });
    const host = m[2].includes(':') && !m[2].startsWith('[') ? `[${m[2]}]` : m[2];
    const base = `${isHttp ? url : scheme}://${host}:${own}`;
    return { base, ...(tls === undefined ? {} : { tls }) };
  });
  return targets;
}
