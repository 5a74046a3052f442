import { during, fail } from '#base/errors.ts';
import { any, list, obj } from '#cli/schema.ts';
import { isName, streamInfo, streamNames } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { streamInfoDocument } from '../jetstream/document.ts';
import { steadily } from '../jetstream/steady.ts';
import { placed, restoreStream } from '../stream/restore.ts';
import { streamReport } from '../stream/show.ts';
import { type Backup, openBackup } from '../stream/snapshot-files.ts';

/** `nats account restore` */
export const command = defineCommand({
  name: 'restore',
  help: 'Bring back all streams of an account backup\n\nNothing is restored when one of the streams exists already or a backup is not whole.',
  args: { directory: { type: 'existing-dir', required: true, help: 'Folder with the backup' } },
  flags: {
    cluster: { type: 'string', help: 'Place the streams in this cluster' },
    tag: { type: 'string', cumulative: true, help: 'Place the streams on servers with this tag; may be repeated' },
  },
  tags: { scope: 'user', impact: 'rw' },
  output: list(obj({ config: any, state: any })),
  async run(input, runtime) {
    const directory = input.args.directory.replace(/\/+$/, '') || input.args.directory;
    const js = await openJetStream(runtime).catch(during('setup failed'));
    const existing: string[] = [];
    for await (const name of streamNames(js)) existing.push(name);
    const backups = await readBackups(runtime, directory, new Set(existing));
    const quiet = runtime.globals.isSet('as') || runtime.contract.jq !== undefined;
    if (runtime.contract.plan) {
      const lines = backups.map((b) => `would restore stream ${b.facts.config.name} from ${b.folder}\n`);
      return runtime.show({ data: backups.map((b) => b.facts), text: () => lines });
    }
    const title = `Restoring backup of all ${backups.length} streams in directory ${JSON.stringify(directory)}\n\n`;
    if (!quiet) runtime.out.write(title);
    const restored: StreamInfo[] = [];
    for (const backup of backups) {
      const { name } = backup.facts.config;
      const config = placed(backup.facts.config, input.flags);
      const facts = { ...backup.facts, config };
      await restoreStream(runtime, js, { ...backup, facts }, backup.folder, false, quiet).catch(
        during(`restore for ${name} failed`),
      );
      const info = await steadily(runtime, () => streamInfo(js, name));
      restored.push(info);
      if (!quiet) runtime.out.write(await columnsText(runtime, streamReport(info, runtime.clock.now())));
      await runtime.out.flush();
    }
    await runtime.show({ data: restored.map(streamInfoDocument), text: () => '' });
  },
});

type Found = Backup & { readonly folder: string };

/** All backups of the folder, in the order of their names. Throws when any cannot be restored. */
async function readBackups(runtime: Runtime, directory: string, existing: ReadonlySet<string>): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of (await runtime.files.list(directory)).sort()) {
    const folder = `${directory}/${entry}`;
    if ((await runtime.files.stat(folder))?.kind !== 'dir') {
      throw fail('usage', `expected a directory ${JSON.stringify(entry)}`, {
        hint: 'an account backup is a folder of stream backups and nothing else; nats stream restore takes a single one',
      });
    }
    refuse(existing, entry);
    const backup = await openBackup(runtime, folder);
    const { name } = backup.facts.config;
    if (!isName(name)) throw fail('usage', `restore for ${entry} failed: invalid stream name ${JSON.stringify(name)}`);
    refuse(existing, name);
    found.push({ ...backup, folder });
  }
  return found;
}

function refuse(existing: ReadonlySet<string>, name: string): void {
  if (!existing.has(name)) return;
  throw fail('conflict', `stream ${JSON.stringify(name)} exists already`, {
    hint: `nats stream rm ${name} removes it, with all its messages`,
  });
}
