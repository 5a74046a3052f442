// A program that does nothing, compiled as natsbox is: the unit of start-up and memory.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, hostTarget } from '../scripts/targets.ts';

/** Path of one that waits for ever. */
export async function compileEmpty(): Promise<{ idle: string }> {
  const folder = fileURLToPath(new URL('../.cache/bench', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const idle = `${folder}/empty-idle`;
  if (!existsSync(idle)) {
    writeFileSync(`${idle}.ts`, 'setInterval(() => {}, 1e6);\n');
    compile(hostTarget(), [`${idle}.ts`], idle);
  }
  return { idle };
}

// Called as a program: compiles the one that ends at once to the path it is given.
if (import.meta.main) {
  const out = process.argv[2];
  if (out === undefined) throw new Error('usage: bun bench/empty.ts FILE');
  compile(hostTarget(), [fileURLToPath(new URL('nothing.ts', import.meta.url))], out);
}
