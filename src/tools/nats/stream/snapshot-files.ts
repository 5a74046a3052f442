// A backup on disk: backup.json with configuration and state, stream.tar.s2 with the archive. The same files as the original's.
import { fail, messageOf } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import type { SnapshotFacts } from '#client/jetstream/snapshot.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { stateDocument, streamConfigDocument } from '../jetstream/document.ts';

const META = 'backup.json';
const DATA = 'stream.tar.s2';

/** A backup that is being written. It counts as one only after `finish`: backup.json comes last. */
export interface BackupWriter {
  write(chunk: Uint8Array): Promise<void>;
  finish(facts: SnapshotFacts): Promise<void>;
  /** Removes what was written; a backup that was there before stays. */
  abort(): Promise<void>;
}

/** Starts a backup in a folder, which is made when needed. */
export async function createBackup(runtime: Runtime, folder: string): Promise<BackupWriter> {
  const { files } = runtime;
  const dir = folder.replace(/\/+$/, '') || folder;
  const part = `${dir}/${DATA}.part`;
  await files.mkdir(dir, 0o700);
  const file = await files.create(part, 0o600);
  return {
    write: (chunk) => file.write(chunk),
    finish: async (facts) => {
      await file.close();
      // Between the two renames there is no backup.json, so that old and new never look like one backup.
      if (await files.stat(`${dir}/${META}`)) await files.remove(`${dir}/${META}`);
      await files.rename(part, `${dir}/${DATA}`);
      const meta = { config: streamConfigDocument(facts.config), state: stateDocument(facts.state) };
      await files.write(`${dir}/${META}`, stringifyJson(meta, { indent: 2 }), 0o600);
    },
    abort: () => file.abort(),
  };
}

export interface Backup {
  readonly facts: SnapshotFacts;
  /** Bytes of the archive. */
  readonly size: number;
  readonly archive: string;
}

/** Reads what a folder holds, without the archive's content. */
export async function openBackup(runtime: Runtime, folder: string): Promise<Backup> {
  const { files } = runtime;
  const dir = folder.replace(/\/+$/, '') || folder;
  const archive = `${dir}/${DATA}`;
  const stat = await files.stat(archive);
  const hint = `a backup is a folder with ${META} and ${DATA}; one without ${META} was not finished`;
  let facts: SnapshotFacts;
  try {
    facts = parseJson(await files.readText(`${dir}/${META}`)) as unknown as SnapshotFacts;
  } catch (error) {
    const kind = (await files.stat(`${dir}/${META}`)) ? 'usage' : 'not-found';
    const why = kind === 'usage' ? messageOf(error) : `open ${dir}/${META}: no such file or directory`;
    throw fail(kind, `restore failed: ${why}`, { hint });
  }
  if (!stat) throw fail('not-found', `restore failed: ${archive} does not exist`, { hint });
  if (!facts?.config?.name || !facts.state)
    throw fail('usage', `restore failed: ${dir}/${META} is no backup`, { hint });
  return { facts, size: stat.size, archive };
}
