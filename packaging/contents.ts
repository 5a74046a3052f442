// What stands beside the executable in every package: links, man pages, completions, licence.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LINKS } from '../image/facts.ts';
import { createTree, type Tree } from '../image/tree.ts';
import type { Target } from '../scripts/targets.ts';
import { completionScript } from '../src/cli/completion.ts';
import { manPage } from '../src/cli/helplong.ts';
import { tools } from '../src/tools.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const names = ['natsbox', ...LINKS];

/** The man page of every tool, by file name. */
export async function manPages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const [name, load] of Object.entries(tools)) pages.set(`${name}.1`, await manPage((await load()).tool));
  return pages;
}

/** Where each shell looks for the completion script of a tool, under the prefix something is installed to. */
function completions(): Map<string, string> {
  const all = new Map<string, string>();
  for (const name of names) {
    all.set(`share/bash-completion/completions/${name}`, completionScript(name, 'bash'));
    all.set(`share/zsh/site-functions/_${name}`, completionScript(name, 'zsh'));
    all.set(`share/fish/vendor_completions.d/${name}.fish`, completionScript(name, 'fish'));
  }
  all.set('share/powershell/natsbox.ps1', names.map((name) => completionScript(name, 'powershell')).join(''));
  return all;
}

/**
 * A release as it is unpacked: `bin`, `share` and the licence, all below `folder`. `program` is the executable's bytes.
 */
export async function release(t: Target, program: Uint8Array, folder: string): Promise<Tree> {
  const tree = createTree();
  const add = (path: string, data: Uint8Array | string, mode = 0o644) =>
    tree.file(`${folder}/${path}`, data, 'natsbox', mode);
  if (t.os === 'win32') {
    add('bin/natsbox.exe', program, 0o755);
    // Links need rights on Windows; a script of one line does not.
    for (const link of LINKS) add(`bin/${link}.cmd`, `@"%~dp0natsbox.exe" ${link} %*\r\n`, 0o755);
  } else {
    add('bin/natsbox', program, 0o755);
    for (const link of LINKS) tree.link(`${folder}/bin/${link}`, 'natsbox', 'natsbox');
    for (const [name, text] of await manPages()) add(`share/man/man1/${name}`, text);
  }
  for (const [path, text] of completions()) add(path, text);
  for (const name of ['LICENSE', 'README.md']) add(`share/doc/natsbox/${name}`, readFileSync(join(root, name)));
  return tree;
}
