import { fail } from '#base/errors.ts';
import { nuid } from '#base/nuid.ts';
import { join } from '#base/path.ts';
import { int, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath } from '#store/dirs.ts';
import { change, changedWith } from '../finish.ts';
import { findProject } from './found.ts';
import { type Counts, rebuild } from './rebuild.ts';

/** `nsc fix` */
export const command = defineCommand({
  name: 'fix',
  hidden: true,
  help:
    'Rebuild stores and a keystore from the tokens, keys and creds found in directories\n\n' +
    'Of several tokens of one entity the youngest is taken. The directories themselves stay as they are.',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  flags: {
    in: { type: 'strings', required: true, help: 'Directories to look through' },
    out: { type: 'string', help: 'Directory to make; operators and keys are below it' },
    creds: { type: 'bool', help: 'Take users and keys from creds files too' },
  },
  examples: ['nsc fix --in backup,old --out rescued', 'nsc fix --creds --in backup --out rescued'],
  tags: { scope: 'local', impact: 'rw' },
  output: changedWith({ 'out?': str, 'operators?': int, 'accounts?': int, 'users?': int, 'nkeys?': int }),
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const dirs = flags.in.map((dir) => expandPath(runtime, dir));
      const found = await findProject(nsc, dirs, flags.creds);
      if (found.operators.size === 0) {
        throw fail('not-found', 'no operator found', { hint: 'tokens are files that end in .jwt' });
      }
      const out = expandPath(runtime, flags.out || `fix_${nuid()}`);
      const { entry, counts } = await rebuild(nsc, found, out);
      const entries = [...found.entries, entry];
      return { entries, data: { out, ...counts }, after: nextSteps(out, counts) };
    });
  },
});

function nextSteps(out: string, counts: Counts): string {
  const stored = (['operators', 'accounts', 'users', 'nkeys'] as const).map(
    (what) => `stored ${counts[what]} ${what}\n`,
  );
  const keys = counts.nkeys > 0 ? `export NKEYS_PATH=${join(out, 'keys')}\n` : '';
  return `${stored.join('')}\n${keys}cd ${join(out, 'operators')}\nnsc list operators\n`;
}
