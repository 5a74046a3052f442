// Opens the source of facts about servers: the system account, or an audit archive.
import { fail } from '#base/errors.ts';
import { type LiveSource, liveSource, type SystemSource } from '#client/system/source.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';

export interface SourceOptions {
  /** File of an audit archive; without it the servers are asked. */
  readonly archive?: string | undefined;
  /** Answers to wait for. */
  readonly expect?: number | bigint | undefined;
  /** Milliseconds in place of --timeout. */
  readonly timeout?: number;
  /** False: do not ask how many servers there are. */
  readonly count?: boolean;
}

/** A source that asks the servers over this command's connection. */
export async function openLive(runtime: Runtime, options: Omit<SourceOptions, 'archive'> = {}): Promise<LiveSource> {
  const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
  const tracing = runtime.globals['trace'] === true;
  return liveSource(connection, {
    timeout: options.timeout ?? Number(settings.timeout / 1_000_000n),
    signal: runtime.signal,
    expect: options.expect === undefined ? undefined : Number(options.expect),
    count: options.count ?? true,
    trace: tracing
      ? (direction, subject, body) => runtime.log(`${direction === 'request' ? '>>>' : '<<<'} ${subject}: ${body}`)
      : undefined,
  });
}

/** The source a command was told to use. */
export async function openSource(runtime: Runtime, options: SourceOptions = {}): Promise<SystemSource> {
  if (!options.archive) return openLive(runtime, options);
  const { archiveSource } = await import('#client/system/archive.ts');
  const file = options.archive;
  const bytes = await runtime.files.readBytes(file).catch((error: unknown) => {
    throw fail('not-found', `failed to open archive: open ${file}: no such file or directory`, {
      hint: 'nats audit gather writes an archive',
      reason: error,
    });
  });
  const source = await archiveSource(bytes);
  runtime.onExit(() => source.close());
  return source;
}

/** The domain of the command line, which servers take as a filter. */
export async function domainFilter(runtime: Runtime): Promise<{ domain?: string }> {
  const { jsDomain } = await loadSettings(runtime);
  return jsDomain ? { domain: jsDomain } : {};
}
