// The npm packages: one with the commands, one per platform with the executable. Nothing runs at installation.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boxVersion, LINKS } from '../image/facts.ts';
import { createTree, type Tree } from '../image/tree.ts';
import { TARGETS, type Target } from '../scripts/targets.ts';
import { manPages } from './contents.ts';
import { declarations, publishedExports } from './library.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const own = 'natsbox';
const common = { version: boxVersion(), license: 'Apache-2.0' };
const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Name of the npm package with a target's executable. */
export function platformPackage(t: Target): string {
  return `natsbox-${t.name}`;
}

/** Content of a platform package, below `package/` as npm wants it. */
export function platformTree(t: Target, program: Uint8Array): Tree {
  const tree = createTree();
  const exe = t.os === 'win32' ? 'natsbox.exe' : 'natsbox';
  const about = {
    name: platformPackage(t),
    ...common,
    description: `The natsbox executable for ${t.name}; install "natsbox", which brings it along`,
    os: [t.os],
    cpu: [t.cpu],
    ...(t.libc ? { libc: [t.libc] } : {}),
    preferUnplugged: true,
    files: ['bin', 'LICENSE'],
  };
  tree.file('package/package.json', json(about), own);
  tree.file('package/LICENSE', readFileSync(join(root, 'LICENSE')), own);
  tree.file(`package/bin/${exe}`, program, own, 0o755);
  return tree;
}

function* filesOf(dir: string): Generator<string> {
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* filesOf(path);
    else yield path;
  }
}

/**
 * Content of the main package: the commands, and the client and server for programs. `modules` is the folder of the build
 * for Node, which is both the library and what runs where no executable fits.
 */
export async function mainTree(modules: string): Promise<Tree> {
  const tree = createTree();
  const names = ['natsbox', ...LINKS];
  const pages = await manPages();
  const about = {
    name: 'natsbox',
    ...common,
    description: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).description,
    type: 'module',
    bin: Object.fromEntries(names.map((n) => [n, `bin/${n}.js`])),
    exports: publishedExports(),
    man: [...pages.keys()].map((n) => `man/${n}`),
    engines: { node: '>=18' },
    optionalDependencies: Object.fromEntries(TARGETS.map((t) => [platformPackage(t), boxVersion()])),
    files: ['bin', 'lib', 'man', 'types', 'launch.mjs'],
  };
  tree.file('package/package.json', json(about), own);
  tree.file('package/launch.mjs', readFileSync(join(root, 'packaging/launch.mjs')), own);
  for (const name of ['LICENSE', 'README.md']) tree.file(`package/${name}`, readFileSync(join(root, name)), own);
  for (const name of names) {
    const text = `#!/usr/bin/env node\nimport { launch } from '../launch.mjs';\n\nawait launch('${name}');\n`;
    tree.file(`package/bin/${name}.js`, text, own, 0o755);
  }
  for (const [name, text] of pages) tree.file(`package/man/${name}`, text, own);
  for (const path of filesOf(modules)) tree.file(`package/lib/${relative(modules, path)}`, readFileSync(path), own);
  for (const [path, text] of declarations()) tree.file(`package/types/${path}`, text, own);
  return tree;
}
