// An audit archive as an index over its documents: a zip file with a manifest that says what each member is.
import { during, fail } from '#base/errors.ts';
import { byCodePoint, parseJson } from '#base/json64.ts';
import { type ManifestTag, manifestPath, type Tags } from './archive-layout.ts';
import { readZip } from './zip.ts';

/** A document of an archive. */
export interface Artifact {
  readonly file: string;
  readonly tags: Tags;
}

/** An open archive. All names are sorted. */
export interface Archive {
  readonly clusters: readonly string[];
  readonly accounts: readonly string[];
  /** Servers of a cluster. */
  servers(cluster: string): readonly string[];
  /** Streams of an account. */
  streams(account: string): readonly string[];
  /** Servers with a replica of a stream. */
  replicas(account: string, stream: string): readonly string[];
  /** The documents with all of these tags, by path. */
  find(tags: Tags): readonly Artifact[];
  read(artifact: Artifact): Promise<Uint8Array>;
  readJson<T>(artifact: Artifact): Promise<T>;
}

/** Opens an archive; fails when it is none, or when a document its manifest lists is missing. */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  const failed = during('failed to open archive');
  try {
    return await indexArchive(bytes);
  } catch (error) {
    return failed(error);
  }
}

async function indexArchive(bytes: Uint8Array): Promise<Archive> {
  const zip = readZip(bytes);
  const manifest = await zip.read(manifestPath);
  if (!manifest) {
    throw fail('error', 'manifest file not found in archive', {
      hint: 'this zip file is no archive of "nats audit gather"',
    });
  }
  const artifacts = listArtifacts(manifest);
  const missing = artifacts.find(({ file }) => !zip.has(file));
  if (missing) throw fail('error', `file ${missing.file} is in manifest, but not present in archive`);

  // By type: that is what every question names, and it leaves few documents to look through.
  const byType = new Map<string, Artifact[]>();
  for (const artifact of artifacts) group(byType, artifact.tags.artifact_type ?? '', artifact);
  const names = (pick: (tags: Tags) => string | undefined): string[] =>
    [...new Set(artifacts.flatMap(({ tags }) => pick(tags) || []))].sort(byCodePoint);
  const servers = nested(artifacts, ({ cluster, server }) => [cluster, server]);
  const streams = nested(artifacts, ({ account, stream }) => [account, stream]);
  const replicas = nested(artifacts, ({ account, stream, server }) => [stream && `${account}\0${stream}`, server]);

  async function read({ file }: Artifact): Promise<Uint8Array> {
    return (await zip.read(file)) ?? new Uint8Array(0);
  }
  return {
    clusters: names((tags) => tags.cluster),
    accounts: names((tags) => tags.account),
    servers: (cluster) => servers.get(cluster) ?? [],
    streams: (account) => streams.get(account) ?? [],
    replicas: (account, stream) => replicas.get(`${account}\0${stream}`) ?? [],
    find: (wanted) => {
      const tags = Object.entries(wanted) as [keyof Tags, string][];
      const all = wanted.artifact_type ? (byType.get(wanted.artifact_type) ?? []) : artifacts;
      return all.filter((artifact) => tags.every(([name, value]) => artifact.tags[name] === value));
    },
    read,
    readJson: async <T>(artifact: Artifact) => {
      try {
        return parseJson(new TextDecoder().decode(await read(artifact))) as T;
      } catch (error) {
        return during(`failed to decode file ${artifact.file}`)(error);
      }
    },
  };
}

function listArtifacts(manifest: Uint8Array): Artifact[] {
  const document = parseJson(new TextDecoder().decode(manifest)) as unknown as Record<string, readonly ManifestTag[]>;
  return Object.entries(document)
    .map(([file, tags]) => ({ file, tags: Object.fromEntries(tags.map((t) => [t.Name, t.Value])) as Tags }))
    .sort((a, b) => byCodePoint(a.file, b.file));
}

function group<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const known = groups.get(key);
  if (known) known.push(value);
  else groups.set(key, [value]);
}

/** Which inner names there are below each outer one. */
function nested(
  artifacts: readonly Artifact[],
  pick: (tags: Tags) => readonly [outer: string | undefined, inner: string | undefined],
): Map<string, string[]> {
  const sets = new Map<string, Set<string>>();
  for (const { tags } of artifacts) {
    const [outer, inner] = pick(tags);
    if (!outer) continue;
    const set = sets.get(outer) ?? new Set();
    sets.set(outer, set);
    if (inner) set.add(inner);
  }
  return new Map([...sets].map(([outer, set]) => [outer, [...set].sort(byCodePoint)]));
}
