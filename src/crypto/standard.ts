import type { Json } from '#base/json64.ts';
import type { Issues } from './issues.ts';
import type { Int64 } from './shape.ts';
import { type Codec, type Fields, int, list, type Open, text } from './shape.ts';

/** The claims every token has at its top. Empty texts and zeros are left out of the token. Times are unix seconds. */
export interface Standard extends Open {
  aud: string;
  /** Unix seconds; 0 never expires. */
  exp: Int64;
  /** Base32 SHA-512/256 of the standard claims without it; nothing checks it. */
  jti: string;
  /** Unix seconds, set at every signing. */
  iat: Int64;
  /** Public key that signed. */
  iss: string;
  name: string;
  /** Unix seconds; 0 is valid at once. */
  nbf: Int64;
  /** Public key the token is about. */
  sub: string;
}

/** What Go keeps at the end of every `nats` object. */
export interface GenericFields extends Open {
  tags: string[];
  type: string;
  /** 2; 1 for a token that was read in the old form and not yet signed again. */
  version: number;
}

export const standardFields: Fields<Standard> = {
  aud: text,
  exp: int,
  jti: text,
  iat: int,
  iss: text,
  name: text,
  nbf: int,
  sub: text,
};

const version: Codec<number> = {
  zero: () => 0,
  read: (value: Json, at) => Number(int.read(value, at)),
  isEmpty: (value) => value === 0,
  write: String,
};

export const genericFields: Fields<GenericFields> = { tags: list(text), type: text, version };

/** Standard claims about `sub` and nothing else. */
export function newStandard(sub: string): Standard {
  return { aud: '', exp: 0, jti: '', iat: 0, iss: '', name: '', nbf: 0, sub };
}

/** Expiry and start against the clock (`now` in unix seconds). */
export function checkTimes(claims: Standard, now: number, issues: Issues): void {
  if (claims.exp > 0 && now > claims.exp) issues.time('claim is expired');
  if (claims.nbf > 0 && claims.nbf > now) issues.time('claim is not yet valid');
}
