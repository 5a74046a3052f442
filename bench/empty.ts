// Programs that do nothing, compiled as natsbox is: the unit of start-up and memory.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, hostTarget } from '../scripts/targets.ts';

/** Paths of one that ends at once and of one that waits for ever. */
export async function compileEmpty(): Promise<{ exit: string; idle: string }> {
  const folder = fileURLToPath(new URL('../.cache/bench', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const made = { exit: `${folder}/empty-exit`, idle: `${folder}/empty-idle` };
  for (const [path, text] of [
    [made.exit, 'process.exit(0);\n'],
    [made.idle, 'setInterval(() => {}, 1e6);\n'],
  ] as const) {
    if (existsSync(path)) continue;
    writeFileSync(`${path}.ts`, text);
    compile(hostTarget(), [`${path}.ts`], path);
  }
  return made;
}
