// Writing an audit archive: documents by their tags, pages of what is too large for one, the manifest at the end.
import { byCodePoint, stringifyJson } from '#base/json64.ts';
import { manifestPath, pageName, pathOf, type Tags } from './archive-layout.ts';
import { type ByteWriter, writeZip } from './zip-write.ts';

/** An archive in the making. Calls may overlap; members are written in the order of the calls. */
export interface ArchiveWriter {
  /** Adds a JSON document; further ones with the same tags become further pages. */
  addJson(document: unknown, tags: Tags): Promise<void>;
  /** Adds a document about the archive, or a profile, as it is. */
  addRaw(content: Uint8Array, extension: string, tags: Tags): Promise<void>;
  /** How many documents there are. */
  readonly count: number;
  /** Writes the manifest and the directory of the zip file. */
  end(): Promise<void>;
}

const text = new TextEncoder();
const order: readonly (keyof Tags)[] = [
  ...(['account', 'server', 'cluster', 'stream', 'artifact_type', 'profile_name', 'special'] as const),
];

/** Starts an archive; `time` (unix milliseconds) is that of all its members. */
export function writeArchive(out: ByteWriter, time: number): ArchiveWriter {
  const zip = writeZip(out, time);
  const manifest = new Map<string, Tags>();
  const pages = new Map<string, number>();
  let last: Promise<void> = Promise.resolve();

  function add(file: string, content: Uint8Array): Promise<void> {
    last = last.then(() => zip.add(file, content));
    return last;
  }

  return {
    get count() {
      return manifest.size;
    },
    addJson(document, tags) {
      const path = pathOf(tags);
      const page = (pages.get(path) ?? 0) + 1;
      pages.set(path, page);
      const file = tags.special ? `${path}.json` : `${path}/${pageName(page)}.json`;
      manifest.set(file, tags);
      return add(file, encode(document));
    },
    async addRaw(content, extension, tags) {
      const file = `${pathOf(tags)}.${extension}`;
      // Two servers of one name: the first one's profile is kept.
      if (manifest.has(file)) return;
      manifest.set(file, tags);
      await add(file, content);
    },
    async end() {
      const files = [...manifest].sort(([a], [b]) => byCodePoint(a, b));
      const entries = files.map(([file, tags]) => [file, manifestTags(tags)]);
      await add(manifestPath, encode(Object.fromEntries(entries)));
      await zip.end();
    },
  };
}

function manifestTags(tags: Tags): { Name: string; Value: string }[] {
  return order.flatMap((name) => (tags[name] ? [{ Name: name, Value: tags[name] }] : []));
}

function encode(document: unknown): Uint8Array {
  return text.encode(`${stringifyJson(document, { indent: 2, escapeHtml: false })}\n`);
}
