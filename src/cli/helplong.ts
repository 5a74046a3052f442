// The long forms of help: the whole tree, the man page, the form for language models.
import { argLabel, firstLine, flagLabel, helpText } from './help.ts';
import { wrapText } from './layout.ts';
import type { Scan } from './scan/scan.ts';
import type { ArgSpecs, FlagSpec, FlagSpecs } from './spec.ts';
import { helpFlag } from './standard-flags.ts';
import { type Command, leaves, type Node, type Tool } from './tree.ts';

interface Leaf {
  readonly words: string;
  readonly command: Command;
  readonly flags: FlagSpecs;
}

async function load(path: readonly Node[]): Promise<Leaf> {
  const command = (await path.at(-1)?.load?.()) as Command;
  const flags: Record<string, FlagSpec> = {};
  for (const node of path) Object.assign(flags, node.group?.flags);
  Object.assign(flags, command.spec.flags);
  return { words: path.map((n) => n.name).join(' '), command, flags };
}

async function visibleLeaves(tool: Tool, path: readonly Node[]): Promise<Leaf[]> {
  const at = path.at(-1);
  const found = at ? [...leaves(at.children ?? [], path)].concat(at.load ? [path] : []) : [...leaves(tool.children)];
  return Promise.all(found.filter((path) => !path.some((n) => n.hidden)).map(load));
}

/** Help of the selected word and of everything below it. */
export async function helpLong(scan: Scan, width: number): Promise<string> {
  const out = [helpText(scan, { width, globals: true })];
  for (const { words, command, flags } of await visibleLeaves(scan.tool, scan.path)) {
    const args = argWords(command.spec.args);
    out.push(`\n  ${words}${Object.keys(flags).length > 0 ? ' [<flags>]' : ''}${args}\n`);
    out.push(wrapText(command.spec.help, width, '    ') + '\n');
    for (const [name, spec] of Object.entries(flags)) {
      if (spec.hidden) continue;
      out.push(`\n${wrapText(`    ${flagLabel(name, spec, true)}  ${spec.help}`, width)}`);
    }
    out.push('\n');
  }
  return out.join('');
}

function argWords(args: ArgSpecs | undefined): string {
  return Object.entries(args ?? {})
    .map(([n, s]) => ' ' + argLabel(n, s))
    .join('');
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

/** The man page of the selected word's tool, in roff. */
export function helpMan(scan: Scan): Promise<string> {
  return manPage(scan.tool, scan.path);
}

/** A man page in roff: of a whole tool, or of the words of `path` and what is below them. */
export async function manPage(tool: Tool, path: readonly Node[] = []): Promise<string> {
  const single = await tool.single?.();
  const words = single ? argWords(single.spec.args) : ' <command> [<args> ...]';
  const dash = tool.dialect === 'goflag' ? '-' : '--';
  const out = [
    `.TH ${tool.name} 1 "" "${tool.version}"`,
    '.SH "NAME"',
    `${roff(tool.name)} \\- ${roff(firstLine(tool.help))}`,
    '.SH "SYNOPSIS"',
    '.TP',
    `\\fB${roff(tool.name)}\\fR [<flags>]${roff(words)}`,
    '.SH "DESCRIPTION"',
    roff(single?.spec.help ?? tool.help),
    '.SH "OPTIONS"',
    ...manFlags({ help: helpFlag, ...tool.flags, ...single?.spec.flags }, dash),
  ];
  if (!single) out.push('.SH "COMMANDS"');
  for (const { words, command, flags } of await visibleLeaves(tool, path)) {
    out.push('.SS', `\\fB${roff(words)}\\fR${roff(argWords(command.spec.args))}`, '.PP', roff(command.spec.help));
    out.push(...manFlags(flags, dash));
  }
  return out.join('\n') + '\n';
}

function manFlags(flags: FlagSpecs, dash: string): string[] {
  return Object.entries(flags)
    .filter(([, s]) => !s.hidden)
    .flatMap(([name, s]) => {
      const label = flagLabel(name, s, false).replace(/--/, dash);
      return ['.TP', `\\fB${roff(label)}\\fR`, roff(s.help)];
    });
}

/** Help as markdown tables for language models, with tags and types. */
export async function helpLlm(scan: Scan): Promise<string> {
  const { tool, path, command } = scan;
  const title = [tool.name, ...path.map((n) => n.name)].join(' ');
  const text = command?.spec.help ?? path.at(-1)?.group?.help ?? tool.help;
  const out = [`# ${title}\n`, text + '\n'];
  if (command) {
    const flags = Object.assign({}, ...path.map((n) => n.group?.flags), command.spec.flags) as FlagSpecs;
    out.push(`Usage: \`${title}${Object.keys(flags).length > 0 ? ' [<flags>]' : ''}${argWords(command.spec.args)}\`\n`);
    if (command.spec.tags) out.push(`Tags: ${tagWords(command)}\n`);
    if (command.spec.args) out.push(table('Arguments', Object.entries(command.spec.args)));
    if (Object.keys(flags).length > 0) out.push(table('Flags', Object.entries(flags)));
  } else {
    out.push('## Commands\n', '| Command | Description | Tags |\n|---|---|---|');
    for (const leaf of await visibleLeaves(scan.tool, scan.path)) {
      out.push(`| ${leaf.words} | ${cell(firstLine(leaf.command.spec.help))} | ${tagWords(leaf.command)} |`);
    }
    out.push('');
  }
  out.push(table('Global flags', Object.entries(tool.flags)));
  if (tool.llm && path.length === 0) out.push(`## Notes\n\n${tool.llm}\n`);
  return out.join('\n');
}

function tagWords(command: Command): string {
  const { tags } = command.spec;
  return tags ? `scope:${tags.scope}, impact:${tags.impact}` : '';
}

function table(title: string, rows: [string, FlagSpec][]): string {
  const lines = rows
    .filter(([, s]) => !s.hidden)
    .map(([n, s]) => {
      const type = s.type === 'enum' ? `enum(${s.enum?.join('\\|')})` : s.type;
      return `| ${s.short ? `-${s.short}, ` : ''}${n} | ${cell(s.help)} | ${type} | ${s.default ?? ''} | ${s.required ? 'yes' : 'no'}${s.cumulative ? ', repeatable' : ''} | ${s.envar ?? ''} |`;
    });
  if (lines.length === 0) return '';
  return `## ${title}\n\n| Name | Description | Type | Default | Required | Environment |\n|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** The command tree as data, as `--fisk-introspect` gives it. */
export async function introspect(tool: Tool): Promise<object> {
  const flags = (specs: FlagSpecs | undefined) =>
    Object.entries(specs ?? {}).map(([name, s]) => ({
      name,
      help: s.help,
      ...(s.short ? { short: s.short.codePointAt(0) } : {}),
      ...(s.default !== undefined ? { default: [s.default] } : {}),
      ...(s.envar ? { envar: s.envar } : {}),
      ...(s.placeholder ? { place_holder: s.placeholder } : {}),
      ...(s.required ? { required: true } : {}),
      ...(s.hidden ? { hidden: true } : {}),
      boolean: s.type === 'bool',
      ...(s.negatable ? { negatable: true } : {}),
      cumulative: s.cumulative === true,
      ...(s.enum ? { completions: s.enum } : {}),
    }));
  const walk = async (nodes: readonly Node[]): Promise<object[]> =>
    Promise.all(
      nodes.map(async (node) => {
        const spec = (await node.load?.())?.spec;
        const args = Object.entries(spec?.args ?? {}).map(([name, s]) => ({
          name,
          help: s.help,
          ...(s.default !== undefined ? { default: [s.default] } : {}),
          ...(s.required ? { required: true } : {}),
          cumulative: s.cumulative === true,
        }));
        const own = flags({ ...node.group?.flags, ...spec?.flags });
        return {
          name: node.name,
          ...(node.aliases.length > 0 ? { aliases: node.aliases } : {}),
          help: spec?.help ?? node.group?.help ?? node.summary,
          ...(node.hidden ? { hidden: true } : {}),
          ...(own.length > 0 ? { flags: own } : {}),
          ...(args.length > 0 ? { args } : {}),
          ...(node.children ? { commands: await walk(node.children) } : {}),
        };
      }),
    );
  return {
    name: tool.name,
    help: tool.help,
    version: tool.version,
    flags: flags({ help: helpFlag, ...tool.flags }),
    commands: await walk(tool.children),
  };
}
