// The embedded server as a command: `natsbox server` and `nats server run` are doors to this.
import { fail } from '#base/errors.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import { Interrupt, type Runtime } from './runtime.ts';

const text = (placeholder: string, help: string, short?: string) =>
  ({ type: 'string', placeholder, help, ours: true, ...(short ? { short } : {}) }) as const;
const yes = (help: string, short?: string) =>
  ({ type: 'bool', help, ours: true, ...(short ? { short } : {}) }) as const;

/** The flags of nats-server that make sense for one node, read in Go's flag dialect. */
export const serveFlags = {
  addr: text('HOST', 'Address to listen on, 0.0.0.0 when not given', 'a'),
  net: text('HOST', 'The same as --addr'),
  port: text('PORT', 'Port for clients, 4222 when not given, -1 for any free one', 'p'),
  name: text('NAME', 'Name of the server', 'n'),
  server_name: text('NAME', 'The same as --name'),
  pid: text('FILE', 'Write the process id to this file', 'P'),
  ports_file_dir: text('DIR', 'Write the ports in use to a file of this folder'),
  http_port: text('PORT', 'Port for monitoring', 'm'),
  https_port: text('PORT', 'Port for monitoring over TLS'),
  ms: text('PORT', 'The same as --https_port'),
  config: text('FILE', 'Configuration file', 'c'),
  t: yes('Check the configuration and end'),
  client_advertise: text('HOST:PORT', 'Address that clients are told'),
  log: text('FILE', 'Log to this file', 'l'),
  logtime: yes('Put the time in front of log lines', 'T'),
  logtime_utc: yes('Log times in UTC'),
  log_size_limit: text('BYTES', 'Begin a new log file at this size'),
  debug: yes('Log debug lines', 'D'),
  trace: yes('Log the protocol', 'V'),
  VV: yes('Log the protocol, the system account included'),
  DV: yes('Log debug lines and the protocol'),
  DVV: yes('Log debug lines and the protocol, the system account included'),
  max_traced_msg_len: text('BYTES', 'Cut logged payloads at this length'),
  user: text('USER', 'User name clients log in with'),
  pass: text('PASSWORD', 'Password clients log in with'),
  auth: text('TOKEN', 'Token clients log in with'),
  tls: yes('Speak TLS; needs --tlscert and --tlskey'),
  tlscert: text('FILE', 'Certificate of the server, PEM'),
  tlskey: text('FILE', 'Private key of the certificate, PEM'),
  tlsverify: yes('Ask clients for a certificate'),
  tlscacert: text('FILE', 'Authorities that may sign client certificates, PEM'),
  jetstream: yes('Refused: JetStream belongs to nats-server'),
  js: yes('The same as --jetstream'),
  store_dir: text('DIR', 'Refused with JetStream'),
  sd: text('DIR', 'Refused with JetStream'),
  routes: text('URLS', 'Refused: clusters belong to nats-server'),
  cluster: text('URL', 'Refused: clusters belong to nats-server'),
  cluster_name: text('NAME', 'Refused: clusters belong to nats-server'),
  cluster_listen: text('URL', 'Refused: clusters belong to nats-server'),
  cluster_advertise: text('URL', 'Refused: clusters belong to nats-server'),
  no_advertise: yes('Refused: clusters belong to nats-server'),
  connect_retries: text('NUMBER', 'Refused: clusters belong to nats-server'),
  syslog: yes('Refused: pipe the log to logger(1), or use --log'),
  remote_syslog: text('ADDRESS', 'Refused with syslog'),
  profile: text('PORT', 'Refused: profiling belongs to nats-server'),
  signal: text('COMMAND[=PID]', 'Send a running server a signal and end: ldm, stop, quit, term, reopen or reload'),
  sl: text('COMMAND[=PID]', 'The same as --signal'),
} as const satisfies FlagSpecs;

/** Those of one letter that mean something else to the tool "nats". */
export const standaloneFlags = {
  ...serveFlags,
  s: yes('The same as --syslog'),
  r: text('ADDRESS', 'The same as --remote_syslog'),
} as const satisfies FlagSpecs;

/** What a server takes of the runtime. */
export interface ServeWorld extends Pick<Runtime, 'tool' | 'signal' | 'onSignal'> {
  readonly err: Pick<Runtime['err'], 'write' | 'line' | 'isTTY'>;
  readonly platform: Pick<Runtime['platform'], 'pid'>;
}

/** Runs a server until SIGINT (at once) or SIGTERM (clients are asked to move first). */
export async function serve(
  runtime: ServeWorld,
  flags: ValuesOf<typeof serveFlags> & Partial<ValuesOf<typeof standaloneFlags>>,
  isSet: (name: keyof typeof serveFlags & string) => boolean,
): Promise<void> {
  const { loadConfig, optionsFromFlags, problemLine, startDaemon } = await import('#server/index.ts');
  const named = Object.entries(flags).filter(([name]) => isSet(name as keyof typeof serveFlags));
  const given = Object.fromEntries(named);
  if (given['signal'] ?? given['sl']) {
    const { sendSignal } = await import('./server-signal.ts');
    return sendSignal(String(given['signal'] ?? given['sl']));
  }
  const asked = optionsFromFlags(given);
  if (asked.errors.length > 0) throw fail('usage', asked.errors.join('\n'));
  const loaded = asked.configFile === '' ? undefined : await loadConfig({ path: asked.configFile });
  const warnings = loaded?.warnings ?? [];
  // What a server only warns about when it starts does not pass a check.
  const bad = [...(loaded?.errors ?? []), ...(asked.check ? warnings : [])];
  if (!asked.check) for (const w of warnings) runtime.err.line(problemLine(w));
  if (bad.length > 0) throw fail('usage', bad.map(problemLine).join('\n'));
  if (asked.check) {
    if (loaded === undefined)
      throw fail('usage', 'must specify file to use for configuration check', { hint: '-c FILE' });
    const digest = loaded.options.configDigest ? ` (${loaded.options.configDigest})` : '';
    runtime.err.line(`${runtime.tool}: configuration file ${asked.configFile} is valid${digest}`);
    return;
  }
  const daemon = await startDaemon(loaded?.options ?? {}, asked.options, {
    // The name that what looks for a ports file looks for.
    program: 'nats-server',
    pid: runtime.platform.pid,
    colors: runtime.err.isTTY && !process.env['NO_COLOR'],
    stderr: (lines) => runtime.err.write(lines),
  });
  const off = runtime.onSignal(['SIGHUP', 'SIGUSR1', 'SIGUSR2'], (name) => void daemon.signal(name));
  const { signal } = runtime;
  const stop = () => {
    const reason = signal.reason as unknown;
    void daemon.signal(reason instanceof Interrupt ? reason.name_ : 'SIGINT');
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await daemon.ended;
  off();
}
