// The short lane of `natsbox server`: a line with nothing but flags of nats-server needs no command layer, and without
// that the server is ready in half the time. Whatever else stands there is left to the command itself.
import { Interrupt } from './runtime.ts';
import { type ServeWorld, serve, standaloneFlags } from './serve.ts';
import { fdSink } from './sink.ts';
import { useZone } from './wall-clock.ts';

type Name = keyof typeof standaloneFlags & string;

const byWord = (): Map<string, Name> => {
  const out = new Map<string, Name>();
  for (const [name, spec] of Object.entries(standaloneFlags)) {
    out.set(name, name as Name);
    if ('short' in spec) out.set(spec.short as string, name as Name);
  }
  return out;
};

/** Flags and their values, in Go's forms (`-p 1`, `--p=1`, `-DV`); undefined for a line that has anything else. */
export function shortFlags(argv: readonly string[]): Partial<Record<Name, string | boolean>> | undefined {
  const names = byWord();
  const out: Partial<Record<Name, string | boolean>> = {};
  for (let i = 0; i < argv.length; i++) {
    const m = /^--?([A-Za-z_]+)(?:=(.*))?$/s.exec(argv[i]!);
    const name = m === null ? undefined : names.get(m[1]!);
    if (name === undefined || name in out) return undefined;
    const given = m![2];
    if (standaloneFlags[name].type === 'bool') {
      if (given !== undefined && given !== 'true' && given !== 'false') return undefined;
      out[name] = given !== 'false';
    } else {
      const value = given ?? argv[++i];
      // A value may not look like a flag or name a file of arguments.
      if (value === undefined || /^[-@]./.test(value)) return undefined;
      out[name] = value;
    }
  }
  return out;
}

/** Serves until a signal ends it; undefined, with nothing done, when the line is not one for the short lane. */
export async function serveShort(argv: readonly string[]): Promise<number | undefined> {
  const flags = shortFlags(argv);
  if (flags === undefined) return undefined;
  useZone(process.env['TZ']);
  const control = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => control.abort(new Interrupt(name)));
  const err = fdSink(2, { onClosed: () => {} });
  const world: ServeWorld = {
    err,
    tool: 'natsbox',
    platform: { pid: process.pid },
    signal: control.signal,
    onSignal(names, run) {
      for (const name of names) process.on(name, () => run(name));
      return () => {};
    },
  };
  try {
    await serve(world, flags as Parameters<typeof serve>[1], (name) => name in flags);
  } finally {
    err.flushSync();
  }
  return 0;
}
