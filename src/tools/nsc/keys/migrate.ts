import { BoxError, fail } from '#base/errors.ts';
import { basename, dirname, join } from '#base/path.ts';
import { bool, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { quotedPath } from '#store/dirs.ts';
import { keyOf } from '#store/keystore.ts';
import { hasOldKeys, type Nsc, openNsc } from '../nsc.ts';

/** `nsc keys migrate` */
export const command = defineCommand({
  name: 'migrate',
  help: 'Bring an old keystore into the present layout; the old one is kept beside it',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  tags: { scope: 'local', impact: 'rw' },
  output: record({ keystore: str, migrated: bool, 'old?': str }),
  async run(_input, runtime) {
    const nsc = await openNsc(runtime, { allowOldKeys: true });
    const { keys: dir } = nsc.dirs;
    if (!(await hasOldKeys(nsc.disk, dir))) {
      const text = () => `keystore ${quotedPath(runtime, dir)} does not need migration\n`;
      return runtime.show({ data: { keystore: dir, migrated: false }, text });
    }
    const id = Buffer.from(runtime.random(11)).toString('hex');
    const old = join(dirname(dir), `${basename(dir)}_${id}`);
    const fresh = join(dirname(dir), id);
    await nsc.lock();
    await copyKeys(nsc, dir, fresh);
    nsc.disk.rename(dir, old);
    nsc.disk.rename(fresh, dir);
    await nsc.commit();
    const text = () =>
      `keystore ${quotedPath(runtime, dir)} was migrated - old store was renamed to ${quotedPath(runtime, old)} - ` +
      'remove at your convenience\n';
    await runtime.show({ data: { keystore: dir, migrated: true, old }, text });
  },
});

async function copyKeys(nsc: Nsc, from: string, to: string): Promise<void> {
  const { disk, runtime } = nsc;
  disk.mkdir(join(to, 'keys'));
  disk.mkdir(join(to, 'creds'));
  if (runtime.env('NSC_NO_GIT_IGNORE') === undefined) disk.write(join(to, '.gitignore'), nsc.keys.ignoreText);
  for (const words of await filesBelow(nsc, from, [])) {
    const path = join(from, ...words);
    const text = (await disk.read(path)) ?? '';
    if (path.endsWith('.nk')) {
      const key = await keyOf(text);
      if (!key?.pair) throw fail('error', `error processing \`${path}\`: it holds no seed`);
      const { publicKey: pub } = key;
      disk.write(join(to, 'keys', pub.slice(0, 1), pub.slice(1, 3), `${pub}.nk`), text.trim());
    } else disk.write(join(to, ...credsWords(words)), text);
  }
}

/** Old creds are `O/accounts/A/users/U.creds`, new ones `creds/O/A/U.creds`. */
function credsWords(words: readonly string[]): readonly string[] {
  if (words.length === 4 && words[0] === 'creds') return words;
  const [operator, , account, , user] = words;
  if (words.length === 5 && operator && account && user) return ['creds', operator, account, user];
  throw fail('error', `unexpected creds filepath len of ${words.length}: \`${join(...words)}\``);
}

async function filesBelow(nsc: Nsc, root: string, words: readonly string[]): Promise<string[][]> {
  const found: string[][] = [];
  for (const name of await nsc.disk.list(join(root, ...words)).catch(noDirectory)) {
    const here = [...words, name];
    if (name.endsWith('.nk') || name.endsWith('.creds')) found.push(here);
    else if (!name.endsWith('.jwt')) found.push(...(await filesBelow(nsc, root, here)));
  }
  return found;
}

function noDirectory(error: unknown): string[] {
  if (error instanceof BoxError) return [];
  throw error;
}
