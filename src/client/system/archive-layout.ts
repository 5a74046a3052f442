// What an audit archive holds and where: every document has tags, its path is made of them, and a manifest lists both.

/** The tags of a document. All but those of `special` ones have a type, a server and a cluster. */
export interface Tags {
  readonly artifact_type?: string;
  /** `unclustered` for servers that are in none. */
  readonly cluster?: string;
  readonly server?: string;
  readonly account?: string;
  readonly stream?: string;
  readonly profile_name?: string;
  /** Documents about the archive itself; stands alone. */
  readonly special?: string;
}

/** A tag as the manifest writes it. */
export interface ManifestTag {
  readonly Name: keyof Tags;
  readonly Value: string;
}

/** The cluster of servers that are in none. */
export const unclustered = 'unclustered';

/** Where the manifest is. */
export const manifestPath = 'capture/misc/manifest.json';

/** Path of a document without its page and its ending: `capture/clusters/C1/n1/variables`. */
export function pathOf(tags: Tags): string {
  const { artifact_type: type = '', server = '', account, stream, special, profile_name: profile } = tags;
  const cluster = tags.cluster || unclustered;
  const at = (...parts: readonly string[]) => ['capture', ...parts.map(pathPart)].join('/');
  if (special) return at('misc', special);
  const place = `${cluster}__${server}`;
  if (account && stream) return at('accounts', account, 'streams', stream, 'replicas', place, type);
  if (account) return at('accounts', account, 'servers', place, type);
  if (profile) return at('profiles', cluster, `${server}__${profile}`);
  return at('clusters', cluster, server, type);
}

/** A name from the network as one part of a path: nothing in it separates, climbs or is empty. */
function pathPart(name: string): string {
  const safe = name.replace(/[/\\%\0]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return safe === '' || safe === '.' || safe === '..' ? safe.replace(/\./g, '%2E') || '%' : safe;
}

/** Number of a page in a path: `0001`. */
export function pageName(page: number): string {
  return String(page).padStart(4, '0');
}
