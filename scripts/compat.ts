// Compares our command trees with the record of the originals' (test/facts) and writes the coverage tables of
// docs/compatibility.md. A command that exists must have every name, alias, flag, type, default and choice.
// --check fails on a difference or when the page is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArgSpec, FlagSpec, GroupSpec } from '#cli/spec.ts';
import type { Node } from '#cli/tree.ts';
import { tools } from '../src/tools.ts';

interface FactValue {
  name: string;
  type: string;
  short?: string;
  default?: string;
  enum?: string[];
  aliases?: string[];
  required?: boolean;
  cumulative?: boolean;
  negatable?: boolean;
  hidden?: boolean;
  envar?: string;
}
interface FactCommand {
  name: string;
  aliases?: string[];
  hidden?: boolean;
  args?: FactValue[] | object;
  flags?: FactValue[];
  commands?: FactCommand[];
}
interface Facts extends FactCommand {
  tool: string;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const problems: string[] = [];

/** The record was taken by probing and calls every path that must exist a file; folders are told apart by their commands. */
function sameType(where: string, ours: string, theirs: string): void {
  same(where, 'type', ours === 'existing-dir' ? 'existing-file' : ours, theirs);
}

function same(where: string, what: string, ours: unknown, theirs: unknown): void {
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
    problems.push(`${where}: ${what} is ${JSON.stringify(ours)}, the original has ${JSON.stringify(theirs)}`);
  }
}

function compareFlag(where: string, ours: FlagSpec | undefined, fact: FactValue): void {
  if (!ours) {
    problems.push(`${where}: flag --${fact.name} is missing`);
    return;
  }
  const at = `${where} --${fact.name}`;
  sameType(at, ours.type, fact.type);
  same(at, 'short', ours.short, fact.short);
  same(at, 'negatable', ours.negatable === true, fact.negatable === true);
  same(at, 'cumulative', ours.cumulative === true, fact.cumulative === true);
  same(at, 'required', ours.required === true, fact.required === true);
  same(at, 'hidden', ours.hidden === true, fact.hidden === true);
  if (fact.enum) same(at, 'choices', ours.enum, fact.enum);
  if (fact.envar) same(at, 'environment', ours.envar, fact.envar);
  const theirs = fact.type === 'bool' && fact.default === 'false' ? undefined : fact.default;
  if (fact.name !== 'connection-name') same(at, 'default', ours.default, theirs);
}

function compareArgs(where: string, ours: Readonly<Record<string, ArgSpec>> | undefined, facts: FactValue[]): void {
  const names = Object.keys(ours ?? {});
  same(
    where,
    'arguments',
    names,
    facts.map((f) => f.name),
  );
  for (const fact of facts) {
    const spec = ours?.[fact.name];
    if (!spec) continue;
    const at = `${where} <${fact.name}>`;
    sameType(at, spec.type, fact.type);
    same(at, 'required', spec.required === true, fact.required === true);
    same(at, 'cumulative', spec.cumulative === true, fact.cumulative === true);
    if (fact.enum) same(at, 'choices', spec.enum, fact.enum);
    if (fact.default !== undefined) same(at, 'default', spec.default, fact.default);
  }
}

interface Count {
  commands: number;
  of: number;
  flags: number;
  ofFlags: number;
  missing: string[];
}

async function compareLevel(where: string, nodes: readonly Node[], facts: FactCommand[], count: Count): Promise<void> {
  for (const fact of facts) {
    const node = nodes.find((n) => n.name === fact.name);
    const here = `${where} ${fact.name}`;
    if (fact.commands) {
      if (node) {
        same(here, 'aliases', node.aliases, fact.aliases ?? []);
        same(here, 'hidden', node.hidden, fact.hidden === true);
        const group = node.group as GroupSpec;
        for (const f of fact.flags ?? []) compareFlag(here, group.flags?.[f.name], f);
      }
      await compareLevel(here, node?.children ?? [], fact.commands, count);
      continue;
    }
    count.of++;
    count.ofFlags += fact.flags?.length ?? 0;
    if (!node?.load) {
      count.missing.push(here);
      continue;
    }
    count.commands++;
    const { spec } = await node.load();
    same(here, 'aliases', spec.aliases ?? [], fact.aliases ?? []);
    same(here, 'hidden', spec.hidden === true, fact.hidden === true);
    for (const f of fact.flags ?? []) {
      if (spec.flags?.[f.name]) count.flags++;
      compareFlag(here, spec.flags?.[f.name], f);
    }
    if (Array.isArray(fact.args)) compareArgs(here, spec.args, fact.args as FactValue[]);
    for (const [name, own] of Object.entries(spec.flags ?? {})) {
      if (!own.ours && !fact.flags?.some((f) => f.name === name))
        problems.push(`${here}: flag --${name} is not marked as ours`);
    }
  }
}

const rows: string[] = [];
const lists: string[] = [];
for (const name of ['nats', 'nsc', 'nk', 'nats-top'] as const) {
  const facts = JSON.parse(readFileSync(`${root}test/facts/${name}.json`, 'utf8')) as Facts;
  const { tool } = await tools[name]();
  const count: Count = { commands: 0, of: 0, flags: 0, ofFlags: 0, missing: [] };
  if (tool.dialect === 'goflag') {
    const spec = (await tool.single?.())?.spec;
    count.of = 1;
    count.commands = spec ? 1 : 0;
    count.ofFlags = facts.flags?.length ?? 0;
    for (const f of facts.flags ?? []) {
      if (spec?.flags?.[f.name]) count.flags++;
      else if (spec) problems.push(`${name}: flag -${f.name} is missing`);
    }
  } else {
    for (const f of facts.flags ?? []) if (tool.children.length > 0) compareFlag(name, tool.flags[f.name], f);
    await compareLevel(name, tool.children, facts.commands ?? [], count);
  }
  rows.push(
    `| ${name} | ${count.commands} of ${count.of} | ${count.flags} of ${count.ofFlags} | ${((100 * count.commands) / count.of).toFixed(0)} % |`,
  );
  if (count.missing.length > 0)
    lists.push(`Not there yet in ${name}: ${count.missing.map((m) => `\`${m}\``).join(', ')}.`);
}

const page = `${root}docs/compatibility.md`;
const text = readFileSync(page, 'utf8');
const made = [
  '<!-- made by npm run compat -->',
  '| tool | commands | flags of commands | coverage |',
  '|---|---|---|---|',
  ...rows,
  '',
  ...lists.flatMap((l) => [l, '']),
  '<!-- end -->',
].join('\n');
const fresh = text.replace(/<!-- made by npm run compat -->[\s\S]*<!-- end -->/, () => made);
if (problems.length > 0) console.error(problems.join('\n'));
console.log(rows.join('\n'));
if (process.argv.includes('--check')) {
  if (fresh !== text) {
    console.error('docs/compatibility.md is stale: run npm run compat');
    process.exit(1);
  }
} else writeFileSync(page, fresh);
process.exit(problems.length > 0 ? 1 : 0);
