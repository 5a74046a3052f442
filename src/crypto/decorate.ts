import { utf8Text } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { statedType } from './generic.ts';
import { decodeAs, decodeGeneric } from './jwt.ts';
import { decodeSeed, keyPairFromSeed, wipe } from './nkeys.ts';

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

/** The text of a credentials file for a user's token and seed; fails unless they belong together. Write it 0600. */
export async function formatCreds(token: string, seed: Uint8Array | string): Promise<string> {
  const user = await decodeAs(token, 'user');
  const pair = await keyPairFromSeed(seed);
  const same = pair.publicKey === user.sub;
  pair.wipe();
  if (!same) throw fail('usage', 'the seed does not belong to the user of the token');
  return credsText(token, seed);
}

/** The same of a token that was verified and a seed that is known to be its user's. */
export function credsText(token: string, seed: Uint8Array | string): string {
  return `${armour('NATS USER JWT', token.trim())}\n${decorateSeed(seed)}`;
}
