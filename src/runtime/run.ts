// One command line from argv to exit status: scan, resolve, run, and the one place where errors become text.
import { BoxError, causes, messageOf, withoutSecrets } from '#base/errors.ts';
import type { Sink } from '#base/sink.ts';
import type { LiveNames } from '#cli/completion.ts';
import type { HelpOptions } from '#cli/help.ts';
import { type Resolved, type ResolveWorld, resolveArgs, resolveFlags } from '#cli/resolve.ts';
import { scanCobra } from '#cli/scan/cobra.ts';
import { scanGoflag } from '#cli/scan/goflag.ts';
import { scanKingpin } from '#cli/scan/kingpin.ts';
import type { Refusal, Scan, ScanWorld } from '#cli/scan/scan.ts';
import type { FlagSpec, Input } from '#cli/spec.ts';
import { helpFlag } from '#cli/standard-flags.ts';
import type { ExtendWorld, Tool } from '#cli/tree.ts';
import { contractFlags } from './contract.ts';
import { type ContractValues, Exit, Interrupt, type Runtime } from './runtime.ts';

/** What run needs of the process; system.ts and fake.ts give it. */
export interface Host extends ScanWorld, ResolveWorld, ExtendWorld {
  readonly out: Sink;
  readonly err: Sink;
  /** Columns to wrap help at. */
  width(): number;
  /** The runtime for one command. */
  runtime(tool: Tool, resolved: Resolved): Runtime;
  /** Runs what was registered with onExit and closes connections. */
  finish(runtime: Runtime): Promise<void>;
}

const builtin: Readonly<Record<string, FlagSpec>> = {
  help: helpFlag,
  'help-long': { type: 'bool', hidden: true, help: 'Show the help of every command' },
  'help-man': { type: 'bool', hidden: true, help: 'Write a man page' },
  'help-llm': { type: 'bool', hidden: true, help: 'Show help for language models' },
  version: { type: 'bool', help: 'Show the version' },
  'completion-bash': { type: 'bool', hidden: true, help: 'Candidates for the words that follow' },
  'completion-script-bash': { type: 'bool', hidden: true, help: 'Write the bash completion script' },
  'completion-script-zsh': { type: 'bool', hidden: true, help: 'Write the zsh completion script' },
  'completion-zsh-menu': { type: 'bool', hidden: true, help: 'Candidates for the zsh script' },
  'fisk-introspect': { type: 'bool', hidden: true, help: 'Write the command tree as JSON' },
};

/** A tool with the flags of the output contract. */
export function equip(tool: Tool): Tool {
  if (tool.dialect === 'cobra') return { ...tool, flags: { ...tool.flags, ...contractFlags, help: helpFlag } };
  if (tool.dialect === 'goflag')
    return { ...tool, flags: { ...contractFlags, h: { type: 'bool', help: '' }, help: helpFlag } };
  const flagSets = [tool.flags, contractFlags];
  return {
    ...tool,
    flagSets,
    get flags() {
      return { ...tool.flags, ...contractFlags };
    },
  };
}

/** Runs one command line of a tool and returns its exit status. Never throws. */
export async function runTool(bare: Tool, argv: readonly string[], host: Host): Promise<number> {
  const tool = equip(bare);
  if (tool.dialect === 'kingpin' && argv.includes('--completion-bash')) {
    const { completeBash } = await import('#cli/completion.ts');
    const live: LiveNames = async (kind, words, flags) => {
      const { liveNames } = await import('./complete.ts');
      return liveNames(host.runtime(tool, { values: flags, set: new Set() }))(kind, words, flags);
    };
    const extra = (await tool.extend?.(host)) ?? [];
    return completeBash({ ...tool, children: [...tool.children, ...extra] }, argv, host.out, { ...host, live });
  }
  if (tool.dialect === 'cobra' && (argv[0] === '__complete' || argv[0] === '__completeNoDesc')) {
    const { completeCobra } = await import('#cli/completion.ts');
    return completeCobra(tool, argv, host.out, host);
  }
  let scan = await scanLine(tool, argv, host);
  if (tool.extend && scan.path.length === 0 && (scan.refusal?.kind === 'unknown-command' || !scan.refusal)) {
    const extra = await tool.extend(host);
    if (extra.length > 0) scan = await scanLine({ ...tool, children: [...tool.children, ...extra] }, argv, host);
  }
  const special = await answerSpecial(scan, argv, host);
  if (special !== undefined) return special;
  if (scan.refusal) return refuse(scan, scan.refusal, host);
  return execute(scan, host);
}

async function scanLine(tool: Tool, argv: readonly string[], host: Host): Promise<Scan> {
  if (tool.dialect === 'cobra') return scanCobra(tool, argv);
  if (tool.dialect === 'goflag') return scanGoflag(tool, argv);
  const scan = await scanKingpin(tool, argv, host, builtin);
  for (const name in builtin) scan.known.delete(name);
  return scan;
}

/** Help, version, completion and introspection; undefined when the line is an ordinary command. */
async function answerSpecial(scan: Scan, argv: readonly string[], host: Host): Promise<number | undefined> {
  const { tool, given, refusal } = scan;
  const on = (name: string) => given.get(name)?.values.at(-1) === 'true';
  if (tool.dialect === 'goflag') return undefined;
  if (
    on('fisk-introspect') ||
    on('completion-zsh-menu') ||
    on('completion-script-bash') ||
    on('completion-script-zsh')
  ) {
    const { answerMachine } = await import('#cli/completion.ts');
    return answerMachine(scan, host.out);
  }
  if (on('version')) {
    host.out.line(tool.dialect === 'cobra' ? `${tool.name} version ${tool.version}` : tool.version);
    return 0;
  }
  if (scan.helpFor) return helpFor(scan, scan.helpFor, host);
  if (refusal && refusal.kind !== 'subcommand-required') return undefined;
  const wanted = on('help') || on('help-long') || on('help-man') || on('help-llm');
  const bare = !scan.command && (scan.path.length === 0 || tool.dialect === 'cobra');
  if (!wanted && !bare) return undefined;
  if (argv.length === 0 && tool.dialect === 'kingpin') {
    host.out.write(await helpText(scan, { width: host.width(), globals: false }));
    return 0;
  }
  host.out.write(await helpForm(scan, on, host));
  return 0;
}

/** Most command lines ask for no help. */
async function helpText(scan: Scan, options: HelpOptions): Promise<string> {
  return (await import('#cli/help.ts')).helpText(scan, options);
}

async function helpForm(scan: Scan, on: (name: string) => boolean, host: Host): Promise<string> {
  if (on('help-man') || on('help-llm') || on('help-long') || host.env('LLMFORMAT') === '1') {
    const long = await import('#cli/helplong.ts');
    if (on('help-man')) return long.helpMan(scan);
    if (on('help-long')) return long.helpLong(scan, host.width());
    return long.helpLlm(scan);
  }
  return helpText(scan, { width: host.width(), globals: true });
}

async function helpFor(scan: Scan, words: readonly string[], host: Host): Promise<number> {
  const target = await scanLine(scan.tool, words, host);
  const { refusal } = target;
  if (refusal && refusal.kind === 'unknown-command') {
    return report(
      new BoxError('usage', refusal.message + (await suggestion(target, refusal))),
      scan.tool,
      host,
      false,
      false,
    );
  }
  // The word `help` shows less than the flag, in the manner of the original.
  const globals = scan.tool.dialect !== 'kingpin';
  host.out.write(await helpText({ ...target, args: [] }, { width: host.width(), globals }));
  return 0;
}

async function suggestion(scan: Scan, refusal: Refusal): Promise<string> {
  if (refusal.word === undefined) return '';
  const { suggest } = await import('#base/suggest.ts');
  const leaf = scan.path.at(-1);
  const commands = (leaf ? leaf.children : scan.tool.children) ?? [];
  const flags = refusal.kind === 'unknown-flag';
  const names = flags
    ? [...scan.known].flatMap(([n, s]) => (s.hidden ? [] : s.negatable ? [n, `no-${n}`] : [n]))
    : commands.filter((n) => !n.hidden).flatMap((n) => [n.name, ...n.aliases]);
  const found = suggest(refusal.word, names);
  return found.length > 0 ? `, did you mean ${found.map((f) => (flags ? `--${f}` : `"${f}"`)).join(' or ')}?` : '';
}

/** Prints why a command line was refused, in the manner of the dialect. */
async function refuse(scan: Scan, refusal: Refusal, host: Host): Promise<number> {
  const { tool } = scan;
  const hint = await suggestion(scan, refusal);
  const strict = scan.given.get('strict')?.values.at(-1) === 'true' || host.env('NATSBOX_STRICT') === '1';
  const status = strict ? causes.usage : 1;
  if (tool.dialect !== 'kingpin' || refusal.kind === 'other' || wantsJson(scan)) {
    const help = `${wordsOf(scan)} --help`;
    const unknown = tool.dialect === 'cobra' && refusal.kind === 'unknown-command';
    const more = unknown && !wantsJson(scan) ? `\nRun '${help}' for usage.` : '';
    const facts = unknown && more === '' ? { hint: `${help} shows the commands` } : {};
    return report(new BoxError('usage', refusal.message + hint + more, facts), tool, host, strict, wantsJson(scan));
  }
  const message =
    refusal.kind === 'subcommand-required'
      ? `${refusal.message}, the list below or --help shows them`
      : refusal.message + hint + (refusal.kind === 'unknown-command' ? ', --help shows all' : '');
  host.err.line(`error: ${message}\n`);
  host.out.write(await helpText(scan, { width: host.width(), globals: false }));
  return status;
}

/** The words of the command line up to the command reached. */
function wordsOf({ tool, path }: Scan): string {
  return [tool.name, ...path.map((node) => node.name)].join(' ');
}

function wantsJson(scan: Scan): boolean {
  const as = scan.given.get('as')?.values.at(-1);
  return as === 'json' || as === 'ndjson';
}

/** A command line that cannot be run: the reason, and how the command is used. */
async function showUsage(scan: Scan, host: Host, message: string, strict: boolean): Promise<number> {
  host.err.line(`error: ${message}\n`);
  host.out.write(await helpText(scan, { width: host.width(), globals: false }));
  return strict ? causes.usage : 1;
}

async function execute(scan: Scan, host: Host): Promise<number> {
  const { tool } = scan;
  let resolved: Resolved;
  let input: Input;
  const strictGiven = scan.given.get('strict')?.values.at(-1) === 'true' || host.env('NATSBOX_STRICT') === '1';
  try {
    resolved = resolveFlags(scan, host);
    input = resolveArgs(scan, resolved, host);
  } catch (error) {
    const shows = /^(required |flag '.*' cannot be repeated)/.test((error as Error).message);
    if (tool.dialect === 'kingpin' && shows && !wantsJson(scan)) {
      return showUsage(scan, host, (error as Error).message, strictGiven);
    }
    return report(error, tool, host, strictGiven, wantsJson(scan));
  }
  for (const { name, spec } of scan.given.values()) {
    if (spec.deprecatedFor) {
      host.err.line(`Flag --${name} has been deprecated, ${spec.advice ?? `use --${spec.deprecatedFor}`}`);
    }
  }
  const runtime = host.runtime(tool, resolved);
  const status = await guard(tool, host, runtime, async () => {
    if (!scan.command) return 1;
    try {
      await scan.command.run(input, runtime as never);
    } catch (error) {
      const shows = error instanceof BoxError && error.facts.showUsage === true;
      if (!shows || tool.dialect !== 'kingpin' || wantsJson(scan)) throw error;
      return showUsage(scan, host, error.message, strictGiven);
    }
    await host.out.flush();
    return 0;
  });
  return status as number;
}

/** Runs a body with a runtime, turns what it throws into a status, and cleans up whatever happened. */
async function guard(
  tool: Tool,
  host: Host,
  runtime: Runtime,
  body: () => Promise<number | undefined>,
): Promise<number | undefined> {
  const { contract } = runtime;
  let status: number | undefined;
  try {
    status = await body();
  } catch (error) {
    status = error instanceof Exit ? error.status : reportRun(await worded(error), tool, host, contract);
  }
  try {
    await host.finish(runtime);
  } catch (error) {
    if (status === 0) status = reportRun(await worded(error), tool, host, contract);
  }
  return status;
}

/** What the system refused, in words people know; anything else as it is. */
async function worded(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const message = (await import('#base/system-error.ts')).systemMessage(error);
  if (message !== undefined) error.message = message;
  return error;
}

function reportRun(error: unknown, tool: Tool, host: Host, contract: ContractValues): number {
  const json = contract.as === 'json' || contract.as === 'ndjson';
  return report(error, tool, host, contract.strict === true, json);
}

/** Reports an error that came about outside of runTool, as it would have been reported from within. */
export function reportFailure(error: unknown, tool: Tool, host: Host): number {
  return report(error, tool, host, host.env('NATSBOX_STRICT') === '1', false);
}

/** The one place where an error becomes text and an exit status. */
function report(error: unknown, tool: Tool, host: Host, strict: boolean, json: boolean): number {
  if (error instanceof Interrupt) return error.name_ === 'SIGINT' ? 130 : 143;
  const box = error instanceof BoxError ? error : undefined;
  const message = withoutSecrets(messageOf(error));
  const kind = box?.kind ?? 'error';
  if (json) {
    const facts = { code: box?.facts.code, hint: box?.facts.hint, retryable: box?.facts.retryable ?? false };
    host.err.line(JSON.stringify({ error: { cause: kind, message, ...facts } }));
  } else if (message !== '') {
    host.err.line(prefix(tool) + message);
    if (box?.facts.hint) host.err.line(`  hint: ${box.facts.hint}`);
    if (!box && host.env('NATSBOX_DEBUG') && error instanceof Error) host.err.line(withoutSecrets(error.stack ?? ''));
  }
  return box?.facts.exit ?? (strict ? causes[kind] : 1);
}

function prefix(tool: Tool): string {
  if (tool.dialect === 'cobra') return 'Error: ';
  if (tool.name === 'nats-top') return 'nats-top: ';
  return tool.dialect === 'goflag' ? '' : `${tool.name}: error: `;
}
