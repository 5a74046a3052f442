/** What a credentials file holds. */
export interface Creds {
  /** The token, empty when there is none. */
  readonly jwt: string;
  /** The seed as ASCII codes, undefined when there is none; wipe it after use. */
  readonly seed: Uint8Array | undefined;
}

const block = /\s*-{3,}.*-{3,}\r?\n([\w\-.=]+)\r?\n-{3,}.*-{3,}(?:\r?\n|$)/g;

function blocks(contents: string): string[] {
  return [...contents.matchAll(block)].map((match) => match[1]!);
}

function asText(contents: string | Uint8Array): string {
  return typeof contents === 'string' ? contents : new TextDecoder().decode(contents);
}

/** The token of a file that is decorated or bare: the first block, else the whole text. */
export function parseDecoratedJwt(contents: string | Uint8Array): string {
  const text = asText(contents);
  return (blocks(text)[0] ?? text).trim();
}

/** The seed of a creds or seed file: the second block, else the first line that begins like a seed. */
export function parseDecoratedSeed(contents: string | Uint8Array): Uint8Array | undefined {
  const text = asText(contents);
  const found = blocks(text);
  const bare = found[1] ?? text.split('\n').find((line) => /^\s*S[OAU]/.test(line));
  const seed = bare?.trim();
  return seed && /^S[OAU]/.test(seed) ? new TextEncoder().encode(seed) : undefined;
}

/** Reads a creds file. Missing parts are left out: callers say what they need. */
export function parseCreds(contents: string | Uint8Array): Creds {
  const text = asText(contents);
  const jwt = parseDecoratedJwt(text);
  return { jwt: jwt.split('.').length === 3 ? jwt : '', seed: parseDecoratedSeed(text) };
}

/** The first line of a key file that is an nkey: comments and armour around it are skipped. */
export function findKeyLine(contents: string | Uint8Array, accept: (line: string) => boolean): string | undefined {
  return asText(contents)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .find(accept);
}
