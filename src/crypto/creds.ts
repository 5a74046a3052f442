/** What a credentials file holds. */
export interface Creds {
  /** The token, empty when there is none. */
  readonly jwt: string;
  /** The seed as ASCII codes, undefined when there is none; wipe it after use. */
  readonly seed: Uint8Array | undefined;
}

/** Whether a line ends armour: three dashes at its start (or anywhere, to open a block) and three more at its end. */
function isRule(line: string, opening: boolean): boolean {
  const start = opening ? line.indexOf('---') : line.startsWith('---') ? 0 : -1;
  return start >= 0 && line.length - start >= 6 && line.endsWith('---');
}

/** The single lines that stand between two rules. By lines and not by one expression: files may be hostile. */
function blocks(contents: string): string[] {
  const lines = contents.split(/\r?\n/);
  const found: string[] = [];
  for (let i = 1; i < lines.length - 1; i++) {
    const body = lines[i]!;
    if (!isRule(lines[i - 1]!, true) || !/^[\w\-.=]+$/.test(body) || !isRule(lines[i + 1]!, false)) continue;
    found.push(body);
    i += 2;
  }
  return found;
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
