import { fail } from '#base/errors.ts';
import { signerFromSeed } from '#crypto/nkeys.ts';
import { textOf, utf8 } from '#wire/bytes.ts';
import type { AuthFields, Challenge, ConnectOptions, Provider } from './types.ts';

async function provided<T>(provider: Provider<T>): Promise<T> {
  return typeof provider === 'function' ? await (provider as () => T | Promise<T>)() : provider;
}

const asText = (value: string | Uint8Array): string => (typeof value === 'string' ? value : textOf(value));

/** JWT and seed of a credentials file: blocks between lines of dashes, as nsc writes them. */
export interface Creds {
  jwt: string;
  seed: string | undefined;
}

/** What stands between dashed lines, block by block. */
function blocks(text: string): string[] {
  return [...text.matchAll(/-{3,}[^\n]*-{3,}\r?\n([\s\S]*?)\r?\n\s*-{3,}[^\n]*-{3,}/g)].map((m) => m[1]!.trim());
}

/** Reads the text of a credentials file; also takes a bare JWT. Throws `usage`; the text never appears in the error. */
export function parseCreds(text: string): Creds {
  const found = blocks(text);
  const jwt = found[0] ?? text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)) {
    throw fail('usage', 'nats: no user JWT found in the credentials', {
      hint: 'make a file with "nsc generate creds"',
    });
  }
  return { jwt, seed: found[1] };
}

/** The seed in the text of an nkey file: bare, decorated, or one of several lines. */
export function parseSeed(text: string): string {
  const decorated = blocks(text).find((b) => /^S[A-Z2-7]+$/.test(b));
  const bare = text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => /^S[A-Z2-7]{40,}$/.test(line));
  const seed = decorated ?? bare;
  if (!seed) throw fail('usage', 'nats: no nkey seed found', { hint: 'the file must hold a line that begins with SU' });
  return seed;
}

function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function signed(seed: string, nonce: string | undefined): Promise<{ publicKey: string; sig?: string }> {
  const signer = await signerFromSeed(seed);
  try {
    if (nonce === undefined) return { publicKey: signer.publicKey };
    return { publicKey: signer.publicKey, sig: base64url(await signer.sign(utf8.encode(nonce))) };
  } finally {
    signer.wipe();
  }
}

/** Answers a nonce with credentials, JWT and seed, or a bare nkey: whichever the options hold, in this order. */
export async function signedFields(options: Readonly<ConnectOptions>, challenge: Challenge): Promise<AuthFields> {
  let jwt: string | undefined;
  let seed: string | undefined;
  if (options.creds !== undefined) {
    const creds = parseCreds(asText(await provided(options.creds)));
    jwt = creds.jwt;
    seed = creds.seed;
  }
  if (options.jwt !== undefined) jwt = parseCreds((await provided(options.jwt)).trim()).jwt;
  if (options.nkeySeed !== undefined) seed = parseSeed(asText(await provided(options.nkeySeed)));
  const fields: AuthFields = {};
  if (jwt !== undefined) fields.jwt = jwt;
  if (seed === undefined) return fields;
  if (jwt === undefined && challenge.nonce === undefined)
    throw fail('denied', 'nats: nkeys not supported by the server');
  const { publicKey, sig } = await signed(seed, challenge.nonce);
  if (jwt === undefined) fields.nkey = publicKey;
  if (sig !== undefined) fields.sig = sig;
  return fields;
}

/** Why a refused JWT may have been refused, as far as its own text tells. */
export function jwtHint(jwt: string): string | undefined {
  try {
    const middle = jwt.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const claims = JSON.parse(atob(middle)) as { exp?: number; nbf?: number };
    const now = Date.now() / 1000;
    if (claims.exp && claims.exp < now)
      return `the user JWT expired at ${new Date(claims.exp * 1000).toISOString()}: get new credentials`;
    if (claims.nbf && claims.nbf > now)
      return `the user JWT is not valid before ${new Date(claims.nbf * 1000).toISOString()}`;
  } catch {
    // A token that cannot be read explains nothing.
  }
  return undefined;
}
