import { utf8Text } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { statedType } from './generic.ts';
import { decodeGeneric } from './jwt.ts';
import { decodeSeed, type KeyPair, wipe } from './nkeys.ts';

// Five dashes open a block, six begin its last line; the original's oddity, and readers expect it.
const armour = (name: string, body: string) => `-----BEGIN ${name}-----\n${body}\n------END ${name}------\n`;

const BANNER = '************************* IMPORTANT *************************';
const STARS = '*'.repeat(61);

/** A token between BEGIN and END lines that name its type; the signature is verified. Ends with an empty line. */
export async function decorateJwt(token: string): Promise<string> {
  const bare = token.trim();
  const type = statedType(await decodeGeneric(bare)) || 'generic';
  return `${armour(`NATS ${type.toUpperCase()} JWT`, bare)}\n`;
}

const seedKinds: Readonly<Record<string, string>> = { operator: 'OPERATOR', account: 'ACCOUNT', user: 'USER' };

/** A seed between BEGIN and END lines, with the warning the original writes around it. */
export function decorateSeed(seed: Uint8Array | string): string {
  const bare = (typeof seed === 'string' ? seed : utf8Text(seed)).trim();
  const key = decodeSeed(bare);
  wipe(key?.raw);
  const name = key && seedKinds[key.kind];
  if (!name) throw fail('usage', 'seed is not an operator, account or user seed');
  const warning = [
    BANNER,
    'NKEY Seed printed below can be used to sign and prove identity.',
    'NKEYs are sensitive and should be treated as secrets.',
  ];
  return `${warning.join('\n')}\n\n${armour(`${name} NKEY SEED`, bare)}\n${STARS}\n`;
}

/**
 * The text of a credentials file: of the token of a user, which was verified or just made, and its keys. Fails for the keys
 * of somebody else. Write it 0600.
 */
export function formatCreds(token: string, user: string, pair: Pick<KeyPair, 'publicKey' | 'seed'>): string {
  if (pair.publicKey !== user) throw fail('usage', 'the seed does not belong to the user of the token');
  return credsText(token, pair.seed());
}

/** The same of a seed that is known to be the user's. */
export function credsText(token: string, seed: Uint8Array | string): string {
  return `${armour('NATS USER JWT', token.trim())}\n${decorateSeed(seed)}`;
}
