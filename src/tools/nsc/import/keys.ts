import { fail, messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath } from '#store/dirs.ts';
import { keyOf } from '#store/keystore.ts';
import { change, changed } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { newReport } from '../report.ts';

/** `nsc import keys` */
export const command = defineCommand({
  name: 'keys',
  help: 'Put the keys of all .nk files of a directory into the keystore',
  flags: {
    dir: { type: 'string', short: 'd', required: true, help: 'Directory that holds the files' },
    recurse: { type: 'bool', short: 'R', help: 'Look in the directories below too' },
  },
  examples: ['nsc import keys --dir backup', 'nsc import keys --dir backup --recurse'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const dir = expandPath(runtime, flags.dir);
      const stat = await runtime.files.stat(dir);
      if (!stat) throw fail('not-found', `no directory \`${dir}\``);
      if (stat.kind !== 'dir') throw fail('usage', `\`${dir}\` is not a directory`);
      const files = await keyFiles(nsc, dir, flags.recurse);
      if (files.length === 0)
        throw fail('not-found', 'no nkey (.nk) files found', { hint: 'add --recurse to look below' });
      const report = newReport();
      for (const path of files) {
        try {
          const key = await keyOf((await nsc.disk.read(path)) ?? '');
          if (!key?.pair) throw fail('error', 'it holds no seed');
          await nsc.keys.put(key.pair);
          report.ok(`${key.publicKey} was added to the keystore`);
        } catch (error) {
          report.error(`failed to import \`${path}\`: ${messageOf(error)}`);
        }
      }
      return { entries: report.entries, sum: true };
    });
  },
});

async function keyFiles(nsc: Nsc, dir: string, recurse: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const name of await nsc.disk.list(dir)) {
    const path = join(dir, name);
    if (name.endsWith('.nk')) found.push(path);
    else if (recurse && (await nsc.runtime.files.stat(path))?.kind === 'dir')
      found.push(...(await keyFiles(nsc, path, true)));
  }
  return found;
}
