// What shells ask: candidates for a half-typed line, and the scripts that ask for them.
import type { Sink } from '#base/sink.ts';
import { firstLine, placeholder } from './help.ts';
import { type Resolved, type ResolveWorld, resolveFlags } from './resolve.ts';
import { addFlags, argList, type GivenFlag, give, type Scan } from './scan/scan.ts';
import type { FlagSpec, ValueSpec } from './spec.ts';
import { helpFlag, versionFlag } from './standard-flags.ts';
import { findChild, type Node, type Tool } from './tree.ts';

/** Live candidates: names from a server or from files, found as the flags on the line say. Quick, and never fails. */
export type LiveNames = (
  kind: string,
  words: readonly string[],
  flags: Resolved['values'],
) => Promise<readonly string[]>;

export interface CompletionWorld extends ResolveWorld {
  readonly live?: LiveNames;
}

interface Position {
  readonly path: readonly Node[];
  readonly children: readonly Node[] | undefined;
  readonly flags: Map<string, FlagSpec>;
  /** What stands on the line before the cursor. */
  readonly given: Map<string, GivenFlag>;
  readonly args: readonly string[];
  /** The flag whose value is being typed. */
  readonly pending?: FlagSpec | undefined;
  readonly nextArg?: ValueSpec | undefined;
}

/** Walks the words before the cursor; unknown ones are taken as values. */
async function locate(tool: Tool, words: readonly string[]): Promise<Position> {
  const flags = new Map<string, FlagSpec>();
  addFlags(flags, tool.flags);
  const given = new Map<string, GivenFlag>();
  const path: Node[] = [];
  const args: string[] = [];
  let children: readonly Node[] | undefined = tool.children.length > 0 ? tool.children : undefined;
  let command = await tool.single?.();
  addFlags(flags, command?.spec.flags);
  let pending: [string, FlagSpec] | undefined;
  for (const word of words) {
    if (pending) {
      give(given, ...pending, word);
      pending = undefined;
      continue;
    }
    if (word.startsWith('-') && word.length > 1) {
      pending = takeFlag(flags, given, word);
      continue;
    }
    const node = findChild(children, word);
    if (node) {
      path.push(node);
      addFlags(flags, node.group?.flags);
      children = node.children;
      command = await node.load?.();
      addFlags(flags, command?.spec.flags);
    } else args.push(word);
  }
  const specs = Object.entries(command?.spec.args ?? {});
  const at = Math.min(args.length, specs.length - 1);
  const nextArg = specs[at]?.[1];
  const open = nextArg && (args.length < specs.length || nextArg.cumulative) ? nextArg : undefined;
  return { path, children, flags, given, args, pending: pending?.[1], nextArg: open };
}

/** Notes a flag; gives it back when the next word is its value. */
function takeFlag(
  flags: Map<string, FlagSpec>,
  given: Map<string, GivenFlag>,
  word: string,
): [string, FlagSpec] | undefined {
  const [name = '', joined] = word.replace(/^--?/, '').split(/=(.*)/s);
  const found = flags.has(name) ? ([name, flags.get(name)] as const) : [...flags].find(([, s]) => s.short === name);
  if (!found?.[1]) return undefined;
  const [full, spec] = found as [string, FlagSpec];
  if (joined !== undefined) give(given, full, spec, joined);
  else if (spec.type === 'bool') give(given, full, spec, 'true');
  else return [full, spec];
  return undefined;
}

/** A word that may be typed, and what it is; values have no help. */
interface Offer {
  readonly word: string;
  readonly help?: string;
}

/** What may stand in the place of the last of `words`. */
async function offers(tool: Tool, words: readonly string[], world: CompletionWorld): Promise<Offer[]> {
  const current = words.at(-1) ?? '';
  const position = await locate(tool, words.slice(0, -1));
  const starting = (list: readonly Offer[]) => list.filter(({ word }) => word.startsWith(current));
  const values = async (spec: ValueSpec) =>
    starting((await valuesOf(spec, tool, position, world)).map((word) => ({ word })));
  if (position.pending) return values(position.pending);
  if (current.startsWith('-')) return starting(flagOffers(position));
  if (position.children) {
    const listed = position.children.filter((n) => !n.hidden).map((n) => ({ word: n.name, help: n.summary }));
    const help = { word: 'help', help: 'Show the help of a command' };
    const known = position.path.length > 0 || listed.some(({ word }) => word === 'help');
    return starting(known ? listed : [help, ...listed]);
  }
  return position.nextArg ? values(position.nextArg) : [];
}

/** Candidates for the last of `words`, one per entry: names, flags and values alike. */
export async function candidates(tool: Tool, words: readonly string[], world: CompletionWorld): Promise<string[]> {
  return (await offers(tool, words, world)).map(({ word }) => word);
}

function flagOffers({ flags }: Position): Offer[] {
  const all = new Map<string, FlagSpec>([['help', helpFlag], ['version', versionFlag], ...flags]);
  return [...all]
    .filter(([n, s]) => !s.hidden && n !== 'h')
    .map(([n, s]) => ({ word: `--${n}`, help: firstLine(s.help) }));
}

/** No files besides what is listed; files may follow. The numbers are cobra's. */
const NO_FILES = 4;
const ANYTHING = 0;

/**
 * `__complete WORDS...`, what cobra's scripts call: a candidate on a line, a tab and its help after it unless
 * `__completeNoDesc` asks, and `:DIRECTIVE` at the end. Always succeeds.
 */
export async function completeCobra(
  tool: Tool,
  argv: readonly string[],
  out: Sink,
  world: CompletionWorld,
): Promise<number> {
  const [verb, ...words] = argv;
  const found = await offers(tool, words, world).catch(() => []);
  for (const { word, help } of found) out.line(help && verb === '__complete' ? `${word}\t${help}` : word);
  out.line(`:${found.length > 0 ? NO_FILES : ANYTHING}`);
  return 0;
}

async function valuesOf(
  spec: ValueSpec,
  tool: Tool,
  { path, flags, given, args }: Position,
  world: CompletionWorld,
): Promise<readonly string[]> {
  if (spec.enum) return spec.enum;
  if (!spec.complete || !world.live) return [];
  const scan: Scan = { tool, path: [...path], command: undefined, known: flags, given, args: [...args] };
  return world.live(spec.complete, args, resolveFlags(scan, world).values);
}

/** `--completion-bash WORDS...`: candidates one per line. Always succeeds. */
export async function completeBash(
  tool: Tool,
  argv: readonly string[],
  out: Sink,
  world: CompletionWorld,
): Promise<number> {
  const words = argv.filter((_, i) => i !== argv.indexOf('--completion-bash'));
  try {
    for (const c of await candidates(tool, words, world)) out.line(c);
  } catch {
    // A shell in the middle of a line must not see an error.
  }
  return 0;
}

/** Scripts, the zsh menu and the introspection document. */
export async function answerMachine(scan: Scan, out: Sink): Promise<number> {
  const { tool, given } = scan;
  const on = (name: string) => given.get(name)?.values.at(-1) === 'true';
  if (on('fisk-introspect')) {
    const { introspect } = await import('./helplong.ts');
    out.line(JSON.stringify(await introspect(tool), null, 2));
  } else if (on('completion-zsh-menu')) out.write(zshMenu(scan));
  else out.write(completionScript(tool.name, on('completion-script-zsh') ? 'zsh' : 'bash'));
  return 0;
}

/**
 * Tab separated records: D depth, C command, F flag, A argument. For the original's own zsh script, so it holds what
 * the original has; ours asks as bash does.
 */
function zshMenu(scan: Scan): string {
  const lines = [`D\t${scan.path.length}`];
  const leaf = scan.path.at(-1);
  for (const node of (leaf ? leaf.children : scan.tool.children) ?? []) {
    if (!node.hidden) lines.push(`C\t${node.name}\t${clean(node.summary)}`);
  }
  for (const [name, s] of [['help', helpFlag] as const, ...scan.known]) {
    if (s.hidden || s.ours) continue;
    const place = s.type === 'bool' ? '_' : placeholder(name, s);
    lines.push(
      `F\t${name}\t${s.short ?? '_'}\t${place}\t${s.negatable === true}\t${clean(s.help)}\t${s.enum?.join(',') ?? ''}`,
    );
  }
  for (const [name, s] of argList(scan.command)) {
    lines.push(`A\t${name}\t${s.required ? 'required' : 'optional'}\t${clean(s.help)}`);
  }
  return lines.join('\n') + '\n';
}

function clean(text: string): string {
  return firstLine(text).replaceAll('\t', ' ');
}

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** The command that lists candidates, and whether the last line it writes is a directive. */
function asker(name: string, descriptions: boolean): { call: string; directive: boolean } {
  if (name === 'nats') return { call: 'nats --completion-bash', directive: false };
  if (name === 'nsc') return { call: `nsc ${descriptions ? '__complete' : '__completeNoDesc'}`, directive: true };
  return { call: `natsbox complete ${name}`, directive: false };
}

/**
 * The script a shell sources. All four ask the program itself, so they never go stale. What it answers is never
 * evaluated: names come from servers.
 */
export function completionScript(name: string, shell: Shell, descriptions = false): string {
  const fn = `_${name.replaceAll('-', '_')}_complete`;
  const { call, directive } = asker(name, descriptions && shell !== 'bash' && shell !== 'powershell');
  switch (shell) {
    case 'bash':
      return [
        `${fn}() {`,
        '  local cur="${COMP_WORDS[COMP_CWORD]}" line',
        '  local words=("${COMP_WORDS[@]:1:$COMP_CWORD}")',
        '  COMPREPLY=()',
        '  while IFS= read -r line; do',
        ...(directive ? ['    [[ "$line" == :* ]] && continue'] : []),
        '    [[ "$line" == "$cur"* ]] && COMPREPLY+=("$(printf %q "$line")")',
        `  done < <(${call} "\${words[@]}" 2>/dev/null)`,
        '  return 0',
        '}',
        `complete -o default -F ${fn} ${name}`,
        '',
      ].join('\n');
    case 'zsh':
      return [
        `#compdef ${name}`,
        `${fn}() {`,
        '  local line tab=$' + "'\\t'",
        '  local -a found shown',
        '  while IFS= read -r line; do',
        ...(directive ? ['    [[ "$line" == :* ]] && continue'] : []),
        '    [[ -z "$line" ]] && continue',
        '    found+=("${line%%$tab*}")',
        '    shown+=("${line/$tab/  -- }")',
        `  done < <(${call} "\${(@)words[2,CURRENT]}" 2>/dev/null)`,
        '  if (( ${#found} )); then compadd -l -d shown -a found; else _files; fi',
        '}',
        `if [[ "$funcstack[1]" == "${fn}" ]]; then ${fn} "$@"; else compdef ${fn} ${name}; fi`,
        '',
      ].join('\n');
    case 'fish':
      return [
        `function ${fn}`,
        '  set -l words (commandline -opc) (commandline -ct)',
        `  ${call} $words[2..-1] 2>/dev/null${directive ? " | string match -v ':*'" : ''}`,
        'end',
        `complete -c ${name} -f -a '(${fn})'`,
        '',
      ].join('\n');
    case 'powershell':
      return [
        `Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {`,
        '  param($word, $ast, $cursor)',
        '  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })',
        '  if ($word -eq "") { $words += "" }',
        `  ${call} @words 2>$null |${directive ? " Where-Object { $_ -notlike ':*' } |" : ''} ` +
          'ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }',
        '}',
        '',
      ].join('\n');
  }
}
