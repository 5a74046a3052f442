import { BoxError, fail } from '#base/errors.ts';
import type { Input } from '#cli/spec.ts';
import { defineCommand } from '#runtime/command.ts';
import { contractFlags } from '#runtime/contract.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnChoice } from '#runtime/top/choice.ts';
import type { MonitorTls } from '#runtime/top/http.ts';
import { sortFields, type TopOptions } from '#runtime/top/options.ts';
import { topOutput } from '#runtime/top/output.ts';
import { httpSource, type TopSource } from '#runtime/top/source.ts';
import { runReplay, runTop } from '#runtime/top/top.ts';
import type { PageId } from '#view/top/page-ids.ts';
import { flags, moreFlags, systemFlags, usage } from './flags.ts';
import { monitorTargets } from './targets.ts';

const all = { ...flags, ...moreFlags, ...systemFlags } as const;
type TopInput = Input<Record<never, never>, typeof all>;

/** `nats-top`: the whole tool, one command. */
export const command = defineCommand({
  name: 'nats-top',
  help: 'Watch the connections of NATS servers',
  flags: all,
  output: topOutput,
  tags: { scope: 'system', impact: 'ro' },
  async run(input, runtime) {
    const { globals } = runtime;
    const f = input.flags;
    if (f.v || f.version) return runtime.err.line(`nats-top v${runtime.version}`);
    if (globals.h === true || globals.help === true) {
      runtime.err.write(
        usage([
          ['', flags],
          ['New here:', moreFlags],
          ['Through the system account:', systemFlags],
          ['Every tool of the box also takes:', contractFlags],
        ]),
      );
      runtime.exit(1);
    }
    if (f.replay !== undefined) return runReplay(runtime, f.replay, optionsOf(input));
    const source = await chooseSource(input, runtime);
    await runTop(runtime, source, optionsOf(input));
  },
});

function optionsOf(input: TopInput): TopOptions {
  const f = input.flags;
  if (f.sort !== '' && !(sortFields as readonly string[]).includes(f.sort)) {
    throw fail('usage', `invalid option to sort by: ${f.sort}`, { hint: `-sort takes ${sortFields.join(', ')}` });
  }
  return {
    query: { limit: f.n, sort: f.sort, subs: f.u || f['display-subscriptions-column'] },
    page: f.page as PageId,
    columns: columnChoice(f.page as PageId, f.columns),
    raw: f.b,
    lookup: f.lookup,
    delay: f.d,
    refreshes: input.isSet('r') ? f.r : undefined,
    output: f.o === '' ? undefined : f.o,
    mode: 0o755,
    delimiter: f.l,
    record: f.record,
  };
}

/**
 * The monitoring port, as ever. When none was named and nobody answers at the usual place, what NATS_URL or the context
 * say is tried too: the monitoring port of that host, then the system account.
 */
async function chooseSource(input: TopInput, runtime: Runtime): Promise<TopSource> {
  const f = input.flags;
  if (f.system || f.name !== undefined || f.context !== undefined) return system(runtime, f.name);
  const tls = f.ms === 0 ? undefined : await tlsOf(input, runtime);
  const source = httpSource(monitorTargets(f.s, f.ms === 0 ? f.m : f.ms, tls));
  try {
    await source.check();
    return source;
  } catch (error) {
    const explicit = input.isSet('s') || input.isSet('m') || input.isSet('ms');
    const other = explicit || !isAway(error) ? undefined : await elsewhere(runtime);
    if (other) return other;
    throw worded(error);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof BoxError && (error.kind === 'unreachable' || error.kind === 'timeout');
}

function worded(error: unknown): unknown {
  if (!(error instanceof BoxError)) return error;
  const hint = error.facts.hint ?? (isAway(error) ? 'nats-server opens its monitoring port with -m 8222' : undefined);
  return fail(error.kind, `/varz smoke test failed: ${error.message}`, {
    ...error.facts,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What NATS_URL or the selected context lead to; undefined when there is neither, or nothing answers there. */
async function elsewhere(runtime: Runtime): Promise<TopSource | undefined> {
  const { loadSettings } = await import('#runtime/settings.ts');
  const settings = await loadSettings(runtime).catch(() => undefined);
  const named = runtime.globals['server'] !== undefined || (settings?.contextName ?? '') !== '';
  if (!settings || !named) return undefined;
  for (const url of settings.servers) {
    const host = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]+)/i.exec(url)?.[1];
    if (host === undefined || host === '127.0.0.1' || host === 'localhost') continue;
    const source = httpSource(monitorTargets(host, 8222, undefined));
    if (await answers(source)) return source;
  }
  return system(runtime, undefined).catch(() => undefined);
}

async function answers(source: TopSource): Promise<boolean> {
  return source.check().then(
    () => true,
    () => false,
  );
}

async function system(runtime: Runtime, name: string | undefined): Promise<TopSource> {
  const { openSystem } = await import('#runtime/top/system.ts');
  return openSystem(runtime, name, 2_000);
}

async function tlsOf(input: TopInput, runtime: Runtime): Promise<MonitorTls> {
  const { cacert, cert, key, k } = input.flags;
  const read = async (path: string): Promise<string> => {
    try {
      return await runtime.files.readText(path);
    } catch (error) {
      const { fileProblem } = await import('#runtime/contexts.ts');
      const problem = fileProblem(path, error);
      throw problem instanceof BoxError ? fail(problem.kind, problem.message.replace(/^nats: /, '')) : problem;
    }
  };
  return {
    ...(cacert === '' ? {} : { ca: await read(cacert) }),
    ...(cert === '' || key === '' ? {} : { cert: await read(cert), key: await read(key) }),
    insecure: k,
  };
}
