// Fails when an import goes against the direction of docs/tour.md: base <- crypto, wire <- client, server;
// cli, term, view import only base; runtime joins; store keeps operators, accounts and users on disk; tools stand on top and never import each other.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

const allowed: Record<string, string[]> = {
  base: [],
  crypto: ['base'],
  wire: ['base'],
  client: ['base', 'crypto', 'wire'],
  server: ['base', 'crypto', 'wire'],
  cli: ['base'],
  term: ['base'],
  view: ['base'],
  runtime: ['base', 'cli', 'client', 'crypto', 'server', 'term', 'view', 'wire'],
  store: ['base', 'crypto', 'runtime'],
  tools: ['base', 'cli', 'client', 'crypto', 'runtime', 'server', 'store', 'term', 'view', 'wire'],
};
/** Floors and files that may name `process` or the `Bun` global. */
const touchesProcess = /^(main\.ts|runtime\/|client\/socket|client\/tls|client\/net\/|server\/net\/|.*\.worker\.ts)/;

function* files(dir: string): Generator<string> {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (name.endsWith('.ts') && !name.endsWith('.gen.ts')) yield path;
  }
}

const problems: string[] = [];
for (const path of files(src)) {
  const here = relative(src, path).split(sep).join('/');
  const [floor = '', tool = ''] = here.split('/');
  const text = readFileSync(path, 'utf8');
  const isTest = here.endsWith('.test.ts');
  for (const m of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const target = m[1] as string;
    let to: string | undefined;
    if (target.startsWith('#')) to = target.slice(1);
    else if (target.startsWith('.'))
      to = relative(src, join(path, '..', target))
        .split(sep)
        .join('/');
    if (to === undefined || isTest || to.startsWith('test/')) continue;
    const [toFloor = '', toTool = ''] = to.split('/');
    if ((to === 'tools.ts' || to === 'tool-names.ts') && here.startsWith('tools/natsbox/')) continue;
    if (floor in allowed && toFloor !== floor && !allowed[floor]?.includes(toFloor)) {
      problems.push(
        `${here}: imports ${target}, but ${floor} may import only ${allowed[floor]?.join(', ') || 'nothing'}`,
      );
    }
    if (floor === 'tools' && toFloor === 'tools' && toTool !== tool) {
      problems.push(`${here}: imports ${target} of another tool; what two tools need moves one floor down`);
    }
    if (target.startsWith('.') && toFloor !== floor && floor in allowed) {
      problems.push(`${here}: ${target} leaves its folder, write #${toFloor}/ instead`);
    }
  }
  if (
    !isTest &&
    !touchesProcess.test(here) &&
    /(?<![\w.'"#/-])process\.(?!getBuiltinModule|versions|platform)/.test(stripComments(text))
  ) {
    problems.push(`${here}: touches process; take it from the runtime`);
  }
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
