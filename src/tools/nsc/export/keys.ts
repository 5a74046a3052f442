import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath } from '#store/dirs.ts';
import { change, changed } from '../finish.ts';
import { keyFilter, keyFilterFlags, type ListedKey, listKeys } from '../key-list.ts';
import type { Nsc } from '../nsc.ts';
import { newReport, type Report } from '../report.ts';

/** `nsc export keys` */
export const command = defineCommand({
  name: 'keys',
  help:
    'Copy keys, and on request tokens, into a directory\n\n' +
    'Without a kind all keys of the operator, the current account and its users are copied.',
  flags: {
    dir: { type: 'string', short: 'd', required: true, help: 'Directory for the files, made if it is not there' },
    ...keyFilterFlags,
    curves: { type: 'bool', help: 'Curve keys; they come with the other keys too' },
    curve: { type: 'string', help: 'This curve key alone' },
    force: { type: 'bool', short: 'F', help: 'Replace files' },
    remove: { type: 'bool', short: 'R', help: 'Remove what was copied from the keystore' },
    'include-jwts': { type: 'bool', help: 'Copy the tokens too' },
  },
  examples: ['nsc export keys --all --dir backup', 'nsc export keys --accounts --include-jwts --dir accounts'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      if (!(await nsc.disk.has(nsc.dirs.keys))) throw fail('not-found', `keystore \`${nsc.dirs.keys}\` does not exist`);
      if (flags.remove) await nsc.lock();
      const found = await listKeys(nsc, keyFilter(nsc, flags, false));
      const keys = flags.curve ? found.filter((key) => key.pub === flags.curve) : found;
      if (keys.length === 0) throw fail('not-found', 'no keys found to export', { hint: 'nsc list keys --all' });
      const dir = expandPath(runtime, flags.dir);
      const report = newReport();
      nsc.disk.mkdir(dir);
      const target = { dir, force: flags.force, remove: flags.remove };
      for (const key of keys) await exportKey(nsc, key, target, report);
      if (flags['include-jwts']) for (const key of keys) await exportToken(nsc, key, target, report);
      return { entries: report.entries, sum: true, data: { dir } };
    });
  },
});

interface Target {
  readonly dir: string;
  readonly force: boolean;
  readonly remove: boolean;
}

/** Whether a file may be written; reports it when not. */
async function isFree(nsc: Nsc, path: string, force: boolean, report: Report): Promise<boolean> {
  if (force || !(await nsc.disk.has(path))) return true;
  report.error(`\`${path}\` already exists - specify --force to overwrite`);
  return false;
}

async function exportKey(nsc: Nsc, key: ListedKey, target: Target, report: Report): Promise<void> {
  const { pub } = key;
  if (key.path === '') {
    report.warn(`skipped ${quote(pub)} - no seed available`);
    return;
  }
  const pair = key.invalid ? undefined : await nsc.keys.pair(pub);
  if (!pair) {
    report.error(`error reading seed for ${pub}`);
    return;
  }
  const path = join(target.dir, `${pub}.nk`);
  if (!(await isFree(nsc, path, target.force, report))) return;
  nsc.disk.write(path, new TextDecoder().decode(pair.seed()));
  pair.wipe();
  if (target.remove) await nsc.keys.remove(pub);
  report.ok(`${target.remove ? 'moved' : 'exported'} ${quote(pub)}`);
}

async function exportToken(nsc: Nsc, key: ListedKey, target: Target, report: Report): Promise<void> {
  if (key.jwt === undefined) return;
  const path = join(target.dir, `${key.pub}.jwt`);
  if (!(await isFree(nsc, path, target.force, report))) return;
  nsc.disk.write(path, key.jwt);
  report.ok(`exported ${quote(`${key.pub}.jwt (${key.name})`)}`);
}
