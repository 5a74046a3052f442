// The npm package as a library: what package.json exports, its modules for Node and its declarations.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doors } from '../scripts/targets.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** `exports` of the published package: modules below `lib`, declarations below `types`. */
export function publishedExports(): Record<string, unknown> {
  const places = [...doors()].map(([name, path]) => {
    const at = path.replace(/^src\//, '').replace(/\.ts$/, '');
    return [name, { types: `./types/${at}.d.ts`, default: `./lib/${at}.js` }] as const;
  });
  return { ...Object.fromEntries(places), './package.json': './package.json' };
}

const IMPORT = /(from |import\()(['"])(#|\.{1,2}\/)([^'"]+)\.ts\2/g;

/** A declaration with relative paths in place of the project's own names of folders, and the files it needs. */
function published(text: string, file: string): { text: string; needs: string[] } {
  const needs: string[] = [];
  const here = posix.dirname(file);
  const rewritten = text.replace(IMPORT, (_, word, mark, front, path) => {
    const target = front === '#' ? path : posix.join(here, `${front}${path}`);
    needs.push(`${target}.d.ts`);
    const relative = posix.relative(here, target);
    return `${word}${mark}${relative.startsWith('.') ? '' : './'}${relative}.js${mark}`;
  });
  return { text: rewritten, needs };
}

/** The declarations that can be reached from the doors, as path below `types` and text. */
function reachable(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = [...doors().values()].map((path) => path.replace(/^src\//, '').replace(/\.ts$/, '.d.ts'));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const { text, needs } = published(readFileSync(join(folder, file), 'utf8'), file);
    found.set(file, text);
    waiting.push(...needs);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The declarations of the published package, as path below `types` and text. Throws what the compiler says. */
export function declarations(): ReadonlyMap<string, string> {
  const out = mkdtempSync(join(tmpdir(), 'natsbox-types-'));
  const config = join(out, 'tsconfig.json');
  const options = {
    noEmit: false,
    emitDeclarationOnly: true,
    declaration: true,
    rootDir: join(root, 'src'),
    outDir: join(out, 'types'),
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const files = [...doors().values()].map((path) => join(root, path));
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include: [], files }),
  );
  try {
    const r = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
      encoding: 'utf8',
    });
    if (r.status !== 0) throw new Error(`no declarations: ${r.stdout || r.stderr || String(r.error)}`);
    return reachable(options.outDir);
  } finally {
    rmSync(out, { recursive: true });
  }
}
