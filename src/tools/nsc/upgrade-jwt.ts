import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import type { FileWriter } from '#runtime/runtime.ts';
import { expandPath, quotedPath } from '#store/dirs.ts';
import type { Store } from '#store/store.ts';
import { change, changed } from './finish.ts';
import type { Nsc } from './nsc.ts';
import { group, newReport, type Report } from './report.ts';

/** `nsc upgrade-jwt` */
export const command = defineCommand({
  name: 'upgrade-jwt',
  hidden: true,
  help:
    'Sign the token of an operator of version 1 again as one of version 2\n\n' +
    'All servers must know version 2 before. Afterwards they, and every store that holds the operator as a managed ' +
    'one, need the new token.',
  flags: {
    yes: { type: 'bool', short: 'y', ours: true, help: 'Convert without asking' },
    backup: { type: 'string', ours: true, help: 'Keep the store as it is in this zip file first' },
  },
  examples: ['nsc upgrade-jwt --backup before.zip --yes'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(
      runtime,
      async (nsc) => {
        const store = await nsc.store();
        const report = newReport();
        await nsc.lock();
        await upgrade(nsc, store, flags, report);
        return { entries: [group('Upgrade operator jwt to v2', report.entries)] };
      },
      { allowOldStore: true },
    );
  },
});

interface Choice {
  readonly yes: boolean;
  readonly backup: string | undefined;
}

async function upgrade(nsc: Nsc, store: Store, choice: Choice, report: Report): Promise<void> {
  const operator = await store.operator();
  const { name } = operator;
  if (operator.nats.version === 2) {
    report.ok(`Operator ${name} is already upgraded to version 2. No change was applied`);
    return;
  }
  if (store.info.managed) {
    throw fail('denied', `operator ${quote(name)} is managed: whoever holds its key has to upgrade it`, {
      hint: 'get the token of version 2 and type "nsc add operator --force --url FILE"',
    });
  }
  const pair = await nsc.keys.pair(operator.sub);
  if (!pair) {
    throw fail('not-found', `the identity key ${operator.sub} of operator ${quote(name)} is not in the keystore`, {
      hint: 'nsc import keys --dir DIR brings it back',
    });
  }
  const backup = await backupFile(nsc, name, choice);
  if (backup !== undefined) await writeBackup(nsc, store.dir, backup, report);
  if (!(await agreed(nsc, choice))) {
    report.ok('Declined to convert at this time. Rerun command when ready.');
    return;
  }
  store.putOperator(await encode(operator, pair, nsc.now()));
  report.ok(`Converted Operator: ${name}`);
}

/** Where the backup goes; undefined for none. */
async function backupFile(nsc: Nsc, name: string, choice: Choice): Promise<string | undefined> {
  const { runtime } = nsc;
  if (choice.backup) return expandPath(runtime, choice.backup);
  if (choice.yes) return undefined;
  const { askText, askYes } = await import('./ask/choose.ts');
  if (!(await askYes(nsc, 'create a backup of the store in the form of a zip file', true, '--backup')))
    return undefined;
  const proposed = join(runtime.files.cwd, `${name.replace(/[/\\]/g, '_')}-jwtV1-upgrade-backup.zip`);
  return expandPath(runtime, await askText(nsc, 'zip file name', proposed, '--backup'));
}

async function agreed(nsc: Nsc, { yes }: Choice): Promise<boolean> {
  if (yes) return true;
  const { askYes } = await import('./ask/choose.ts');
  return askYes(nsc, 'all nats-servers know version 2: convert the operator', false, '--yes');
}

async function writeBackup(nsc: Nsc, dir: string, path: string, report: Report): Promise<void> {
  const { runtime } = nsc;
  if (runtime.contract.plan) {
    report.ok(`would write the backup ${quotedPath(runtime, path)}`);
    return;
  }
  if (await runtime.files.stat(path)) {
    throw fail('conflict', `\`${path}\` already exists`, { hint: 'give another --backup' });
  }
  const { writeZip } = await import('#client/system/zip-write.ts');
  let file: FileWriter | undefined;
  try {
    file = await runtime.files.create(path, 0o600);
    const zip = writeZip(file, Number(runtime.clock.now() / 1_000_000n));
    for await (const [name, content] of filesBelow(nsc, dir, [])) await zip.add(name, content);
    await zip.end();
    await file.close();
  } catch (error) {
    await file?.abort();
    throw error;
  }
  report.ok(`created the backup ${quotedPath(runtime, path)}; it holds no keys`);
}

async function* filesBelow(
  nsc: Nsc,
  root: string,
  words: readonly string[],
): AsyncGenerator<readonly [name: string, content: Uint8Array]> {
  const path = join(root, ...words);
  const { files } = nsc.runtime;
  if ((await files.stat(path))?.kind === 'file') yield [words.join('/'), await files.readBytes(path)];
  else for (const name of await nsc.disk.list(path)) yield* filesBelow(nsc, root, [...words, name]);
}
