// The embedded server as a command: `natsbox server` and `nats server run` are doors to this.
import { parseGoDuration } from '#base/duration.ts';
import { messageOf } from '#base/errors.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { Server } from '#server/index.ts';
import type { Runtime } from './runtime.ts';

/** The command-line flags of nats-server that make sense for one node; read in Go's flag dialect. */
export const serveFlags = {
  addr: {
    type: 'string',
    short: 'a',
    default: '0.0.0.0',
    placeholder: 'HOST',
    help: 'Address to listen on',
    ours: true,
  },
  port: {
    type: 'int',
    short: 'p',
    default: '4222',
    placeholder: 'PORT',
    help: 'Port for clients, -1 for any free one',
    ours: true,
  },
  name: { type: 'string', short: 'n', placeholder: 'NAME', help: 'Name of the server', ours: true },
  user: { type: 'string', placeholder: 'USER', help: 'User name clients log in with', ours: true },
  pass: { type: 'string', placeholder: 'PASSWORD', help: 'Password clients log in with', ours: true },
  auth: { type: 'string', placeholder: 'TOKEN', help: 'Token clients log in with', ours: true },
  max_payload: { type: 'string', placeholder: 'SIZE', help: 'Largest message, in bytes or as 1MB', ours: true },
  lame_duck: {
    type: 'string',
    default: '2s',
    placeholder: 'DURATION',
    help: 'How long SIGTERM lets clients move',
    ours: true,
  },
} as const satisfies FlagSpecs;

/** Runs a server until SIGINT (at once) or SIGTERM (lame duck). */
export async function serve(runtime: Runtime, flags: ValuesOf<typeof serveFlags>): Promise<void> {
  const { createServer } = await import('#server/index.ts');
  const { signal } = runtime;
  const auth = {
    ...(flags.user !== undefined ? { user: flags.user } : {}),
    ...(flags.pass !== undefined ? { password: flags.pass } : {}),
    ...(flags.auth !== undefined ? { token: flags.auth } : {}),
  };
  const { parseBytes } = await import('#base/size.ts');
  const server = await createServer({
    host: flags.addr,
    port: flags.port,
    ...(flags.name !== undefined ? { name: flags.name } : {}),
    ...(Object.keys(auth).length > 0 ? { auth } : {}),
    ...(flags.max_payload !== undefined ? { maxPayload: Number(parseBytes(flags.max_payload)) } : {}),
    lameDuckDuration: Number(parseGoDuration(flags.lame_duck) / 1_000_000n),
    lameDuckGracePeriod: 0,
  });
  runtime.err.line(
    `natsbox server ${runtime.version} "${server.name}" is ready at ${server.url}, pid ${runtime.platform.pid}`,
  );
  await untilAborted(signal);
  await stop(server, signal, runtime);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function stop(server: Server, signal: AbortSignal, runtime: Runtime): Promise<void> {
  const gently = messageOf(signal.reason).includes('SIGTERM') && server.stats().connections > 0;
  if (gently) {
    runtime.err.line('lame duck: clients are asked to move');
    await server.lameDuck();
  } else await server.close();
}
