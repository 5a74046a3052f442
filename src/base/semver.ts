/** A version of a server or client. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What follows the first `-`, e.g. `RC.1`; empty for releases. */
  readonly pre: string;
}

/**
 * Reads a version: `2.11.3`, `v2.11.3-RC.1+build`, also shortened ones (`2.11`, `v2`), whose missing parts are 0.
 * Undefined when the text does not begin with a number.
 */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?/.exec(text.trim());
  if (!match) return undefined;
  return { major: Number(match[1]), minor: Number(match[2] ?? 0), patch: Number(match[3] ?? 0), pre: match[4] ?? '' };
}

/** Orders versions by semver's precedence; what is no version comes first. */
export function compareVersions(a: string, b: string): number {
  const x = parseVersion(a);
  const y = parseVersion(b);
  if (!x || !y) return Number(x !== undefined) - Number(y !== undefined);
  return x.major - y.major || x.minor - y.minor || x.patch - y.patch || comparePre(x.pre, y.pre);
}

function comparePre(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareIdentifiers(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric[0] && numeric[1]) return Number(a) - Number(b);
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a version is at least the other; pre-releases count as the release they lead to, as the nats tool takes them. */
export function atLeast(version: string, wanted: string): boolean {
  const x = parseVersion(version);
  const y = parseVersion(wanted);
  if (!x || !y) return false;
  return (x.major - y.major || x.minor - y.minor || x.patch - y.patch) >= 0;
}

/** JetStream's API level as servers and metadata give it; empty or no number is 0. */
export function parseApiLevel(text: string | undefined): number {
  return /^\d+$/.test(text ?? '') ? Number(text) : 0;
}
