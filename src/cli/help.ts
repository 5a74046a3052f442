// Help texts in the layouts that people and scripts know: usage line, commands, flags, arguments.
import { twoColumns, wrapText } from './layout.ts';
import type { Scan } from './scan/scan.ts';
import type { ArgSpec, FlagSpec, FlagSpecs } from './spec.ts';
import { helpFlag, versionFlag } from './standard-flags.ts';
import type { Node } from './tree.ts';

export interface HelpOptions {
  readonly width: number;
  /** Whether the flags of the tool and the output contract are listed, or only mentioned. */
  readonly globals: boolean;
}

export function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

/** `--history=1`, `-f, --force`, `--[no-]ack`, `--tag=TAG ...` */
export function flagLabel(name: string, spec: FlagSpec, haveShort: boolean): string {
  let out = spec.short ? `-${spec.short}, ` : haveShort ? '    ' : '';
  out += `--${spec.negatable ? '[no-]' : ''}${name}`;
  if (spec.type !== 'bool') out += `=${placeholder(name, spec)}`;
  if (spec.cumulative || spec.type === 'key=value') out += ' ...';
  return out;
}

export function placeholder(name: string, spec: FlagSpec): string {
  if (spec.placeholder) return spec.placeholder;
  if (spec.default !== undefined && spec.default !== '') {
    return spec.type === 'string' ? JSON.stringify(spec.default) : spec.default;
  }
  return name.toUpperCase();
}

export function argLabel(name: string, spec: ArgSpec): string {
  const shown = (spec.placeholder ?? `<${name}>`) + (spec.cumulative ? '...' : '');
  return spec.required ? shown : `[${shown}]`;
}

/** In kingpin's manner the usage line has the name of an argument, and the list below it the placeholder, without dots. */
function kingpinArg(name: string, spec: ArgSpec, place: 'usage' | 'list'): string {
  const { placeholder, required = false, cumulative = false } = spec;
  const bare = { required, ...(place === 'usage' ? { cumulative } : placeholder ? { placeholder } : {}) };
  return argLabel(name, { ...bare, type: spec.type, help: '' });
}

function flagRows(flags: readonly (readonly [string, FlagSpec])[]): [string, string][] {
  const visible = flags.filter(([, s]) => !s.hidden);
  const haveShort = visible.some(([, s]) => s.short !== undefined);
  return visible.map(([name, s]) => [flagLabel(name, s, haveShort), flagHelp(s)]);
}

function flagHelp(spec: FlagSpec): string {
  const choices = spec.type === 'enum' && spec.enum ? ` (${spec.enum.join(', ')})` : '';
  return spec.help + choices + (spec.envar ? ` ($${spec.envar})` : '');
}

/** Flags declared on the selected words themselves, outermost first. */
function localFlags(scan: Scan): [string, FlagSpec][] {
  const out = new Map<string, FlagSpec>();
  for (const node of scan.path) for (const e of entries(node.group?.flags)) out.set(...e);
  for (const e of entries(scan.command?.spec.flags)) out.set(...e);
  return [...out];
}

function entries(flags: FlagSpecs | undefined): [string, FlagSpec][] {
  return Object.entries(flags ?? {});
}

/** The flags that belong to the tool as a whole, with help and version. */
function globalFlags(scan: Scan): [string, FlagSpec][] {
  const local = new Set(localFlags(scan).map(([n]) => n));
  const all: [string, FlagSpec][] = [['help', helpFlag], ['version', versionFlag], ...entries(scan.tool.flags)];
  return all.filter(([n]) => !local.has(n));
}

function usageLine(scan: Scan): string {
  const { tool, path, command } = scan;
  const parts = [tool.name, ...path.map((n) => n.name)];
  const label = tool.dialect === 'kingpin' ? kingpinArg : argLabel;
  const required = entries(command?.spec.flags).filter(([, s]) => s.required);
  for (const [name, s] of required) parts.push(`--${name}=${placeholder(name, s)}`);
  if (path.length === 0 || localFlags(scan).length > required.length) parts.push('[<flags>]');
  for (const [name, s] of Object.entries(command?.spec.args ?? {})) if (!s.hidden) parts.push(label(name, s, 'usage'));
  if (children(scan)) parts.push('<command> [<args> ...]');
  return `usage: ${parts.join(' ')}\n`;
}

function children(scan: Scan): readonly Node[] | undefined {
  const leaf = scan.path.at(-1);
  return leaf ? leaf.children : scan.tool.children.length > 0 ? scan.tool.children : undefined;
}

function commandRows(scan: Scan): [string, string][] {
  const prefix = scan.path.map((n) => n.name + ' ').join('');
  return (children(scan) ?? []).filter((n) => !n.hidden).map((n) => [prefix + n.name, n.summary]);
}

/** The short help of the selected command, group or tool. */
export function helpText(scan: Scan, options: HelpOptions): string {
  const { width } = options;
  const label = scan.tool.dialect === 'kingpin' ? kingpinArg : argLabel;
  const leaf = scan.path.at(-1);
  const text = scan.command?.spec.help ?? leaf?.group?.help ?? scan.tool.help;
  const out = [usageLine(scan), `\n${wrapText(text, width)}\n`];
  const section = (title: string, rows: [string, string][]) => {
    if (rows.length > 0) out.push(`\n${title}:\n${twoColumns(rows, width)}`);
  };
  const examples = scan.command?.spec.examples ?? [];
  if (examples.length > 0) out.push(`\nExamples:\n${examples.map((e) => `  ${e}\n`).join('')}`);
  section(
    'Args',
    Object.entries(scan.command?.spec.args ?? {})
      .filter(([, s]) => !s.hidden)
      .map(([n, s]) => [label(n, s, 'list'), flagHelp(s)]),
  );
  section(leaf ? 'Subcommands' : 'Commands', commandRows(scan));
  section('Flags', flagRows(localFlags(scan)));
  const aliases = leaf?.aliases ?? [];
  if (aliases.length > 0) out.push(`\nCommand Aliases: ${aliases.join(', ')}\n`);
  if (options.globals) section('Global Flags', flagRows(globalFlags(scan)));
  else out.push('\nPass --help to see global flags applicable to this command.\n');
  return out.join('');
}
