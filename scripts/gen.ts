// Collects the command files of every tool into src/tools/TOOL/tree.gen.ts: names, aliases, summaries and an
// import() per command. A folder with a group.ts is a command group; other folders only sort files.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandSpec, GroupSpec } from '#cli/spec.ts';

const toolsDir = fileURLToPath(new URL('../src/tools/', import.meta.url));

interface Entry {
  readonly name: string;
  readonly code: string;
}

/** Files that export a command, found by text so that nothing else is imported. */
function isCommandFile(path: string): boolean {
  return (
    path.endsWith('.ts') &&
    !/\.(test|gen)\.ts$/.test(path) &&
    /^export const command\b/m.test(readFileSync(path, 'utf8'))
  );
}

async function entries(dir: string, toolDir: string, imports: string[]): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) {
      if (existsSync(join(path, 'group.ts'))) found.push(await group(path, toolDir, imports));
      else found.push(...(await entries(path, toolDir, imports)));
    } else if (isCommandFile(path)) {
      const { command } = (await import(path)) as { command: { spec: CommandSpec } };
      const { spec } = command;
      const load = `() => import('./${relative(toolDir, path)}').then((m) => m.command)`;
      found.push({ name: spec.name, code: `{ ${head(spec)}, load: ${load} }` });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function group(dir: string, toolDir: string, imports: string[]): Promise<Entry> {
  const path = join(dir, 'group.ts');
  const { group: spec } = (await import(path)) as { group: GroupSpec };
  const id = `g${imports.length}`;
  imports.push(`import { group as ${id} } from './${relative(toolDir, path)}';`);
  const children = await entries(dir, toolDir, imports);
  const list = children.map((c) => c.code).join(',\n');
  // What lies below a group is made when somebody looks: a command line walks one path.
  const below = `c${imports.length}`;
  imports.push(`const ${below} = once(() => [\n${list}\n] as unknown as readonly Node[]);`);
  return { name: spec.name, code: `{ ${head(spec)}, group: ${id}, get children() { return ${below}(); } }` };
}

function head(spec: CommandSpec | GroupSpec): string {
  const summary = spec.help.split('\n')[0] ?? '';
  return [
    `name: ${JSON.stringify(spec.name)}`,
    `aliases: ${JSON.stringify(spec.aliases ?? [])}`,
    `summary: ${JSON.stringify(summary)}`,
    `hidden: ${spec.hidden === true}`,
  ].join(', ');
}

for (const tool of readdirSync(toolsDir).sort()) {
  const dir = join(toolsDir, tool);
  if (!existsSync(join(dir, 'tool.ts'))) continue;
  const imports: string[] = [];
  const list = await entries(dir, dir, imports);
  const text = [
    '// Made by scripts/gen.ts from the command files; never edited.',
    imports.length > 0
      ? "import { type Node, once } from '#cli/tree.ts';"
      : "import type { Node } from '#cli/tree.ts';",
    ...imports,
    '',
    'export const tree = [',
    list.map((e) => e.code).join(',\n'),
    '] as unknown as readonly Node[];',
    '',
  ].join('\n');
  const target = join(dir, 'tree.gen.ts');
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
}
