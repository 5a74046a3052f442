// What an audit check is: a question to an archive, its thresholds, and examples of what it found.
import type { Archive, Artifact } from '#client/system/archive-file.ts';
import type { Tags } from '#client/system/archive-layout.ts';
import type { Answer } from '#client/system/types.ts';

/** How a check ended. The numbers are those of the report's JSON. */
export const outcomes = { PASS: 0, WARN: 1, FAIL: 2, SKIP: 3 } as const;
/** The words for it. */
export type Outcome = keyof typeof outcomes;

/** A threshold of a check. */
export interface Threshold {
  readonly description: string;
  readonly default: number;
  /** `%`, `int`, `uint`, or nothing for a factor. */
  readonly unit: '%' | 'int' | 'uint' | '';
}

/** A check, by its code. */
export interface AuditCheck {
  readonly code: string;
  readonly suite: string;
  readonly name: string;
  readonly description: string;
  readonly thresholds?: Readonly<Record<string, Threshold>>;
  run(world: CheckWorld): Promise<Outcome>;
}

/** What a check is given. */
export interface CheckWorld {
  readonly archive: Archive;
  readonly examples: Examples;
  /** When the archive was made, unix nanoseconds. */
  readonly captured: bigint;
  /** The value of a threshold. */
  threshold(name: string): number;
  log(text: string): void;
}

/** Issues found; so many are kept, the others only counted. */
export interface Examples {
  add(text: string): void;
  clear(): void;
  readonly count: number;
  readonly kept: readonly string[];
}

/** A list of examples; 0 keeps all. */
export function newExamples(limit: number): Examples {
  let kept: string[] = [];
  let count = 0;
  return {
    add: (text) => {
      count += 1;
      if (limit === 0 || kept.length < limit) kept.push(text);
    },
    clear: () => {
      kept = [];
      count = 0;
    },
    get count() {
      return count;
    },
    get kept() {
      return kept;
    },
  };
}

/** A server of an archive. */
export interface Place {
  readonly cluster: string;
  readonly server: string;
}

/** All servers, by cluster and name. */
export function placesOf(archive: Archive): Place[] {
  return archive.clusters.flatMap((cluster) => archive.servers(cluster).map((server) => ({ cluster, server })));
}

/** The documents with these tags, one after the other. */
export async function* documents<T>(archive: Archive, tags: Tags): AsyncGenerator<T> {
  for (const artifact of archive.find(tags)) if (isJson(artifact)) yield await archive.readJson<T>(artifact);
}

function isJson({ file }: Artifact): boolean {
  return file.endsWith('.json');
}

/** What a server answered; those that are not there are logged and left out. */
export async function* answersOf<T>(world: CheckWorld, type: string): AsyncGenerator<Place & { readonly data: T }> {
  for (const place of placesOf(world.archive)) {
    let found = false;
    for await (const { data } of documents<Answer<T>>(world.archive, { ...place, artifact_type: type })) {
      found = true;
      if (data) yield { ...place, data };
      else world.log(`the ${type} of ${place.server} are empty`);
    }
    if (!found) world.log(`the ${type} of ${place.server} are missing`);
  }
}

/** WARN or FAIL when something was found, else PASS. */
export function verdict(examples: Examples, bad: 'WARN' | 'FAIL'): Outcome {
  return examples.count > 0 ? bad : 'PASS';
}
