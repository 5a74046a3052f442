import { fail } from '#base/errors.ts';

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
