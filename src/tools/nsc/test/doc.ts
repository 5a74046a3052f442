import { join } from '#base/path.ts';
import { helpText } from '#cli/help.ts';
import { list, obj, str } from '#cli/schema.ts';
import type { Node, Tool } from '#cli/tree.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath } from '#store/dirs.ts';

const WIDTH = 100;

/** `nsc test doc` */
export const command = defineCommand({
  name: 'doc',
  help: 'Write a Markdown page for every command into a directory',
  args: { directory: { type: 'string', required: true, help: 'Directory of the pages, made if needed' } },
  examples: ['nsc test doc docs/nsc'],
  tags: { scope: 'local', impact: 'rw' },
  output: list(obj({ command: str, path: str })),
  async run({ args }, runtime) {
    const dir = expandPath(runtime, args.directory);
    const { tool } = await import('../tool.ts');
    if (!runtime.contract.plan) await runtime.files.mkdir(dir, 0o755);
    const written: { command: string; path: string }[] = [];
    for (const path of pages(tool.children, [])) {
      const words = [tool.name, ...path.map((node) => node.name)];
      const file = join(dir, `${words.join('_')}.md`);
      if (!runtime.contract.plan) await runtime.files.write(file, await pageText(tool, path, words));
      written.push({ command: words.join(' '), path: file });
    }
    const done = runtime.contract.plan ? 'would write' : 'wrote';
    await runtime.show({ data: written, text: () => `${done} ${written.length} pages in ${dir}\n` });
  },
});

/** The tool itself, and every word below it that is shown. */
function* pages(children: readonly Node[], path: readonly Node[]): Generator<readonly Node[]> {
  yield path;
  for (const node of children) if (!node.hidden) yield* pages(node.children ?? [], [...path, node]);
}

async function pageText(tool: Tool, path: readonly Node[], words: readonly string[]): Promise<string> {
  const leaf = path.at(-1);
  const command = await leaf?.load?.();
  const scan = { tool, path: [...path], command, known: new Map(), given: new Map(), args: [] };
  const help = helpText(scan, { width: WIDTH, globals: true });
  const children = (leaf ? (leaf.children ?? []) : tool.children).filter((node) => !node.hidden);
  const links = [
    ...(words.length > 1 ? [words.slice(0, -1)] : []),
    ...children.map((node) => [...words, node.name]),
  ].map((to) => `- [${to.join(' ')}](${to.join('_')}.md)\n`);
  const related = links.length > 0 ? `\n## See also\n\n${links.join('')}` : '';
  return `# ${words.join(' ')}\n\n\`\`\`\n${help.trimEnd()}\n\`\`\`\n${related}`;
}
