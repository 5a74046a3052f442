// The first part of a token tells its version; looking at it needs none of what reads claims.

/** What tokens of version 2 begin with, as they are written: {"typ":"JWT","alg":"ed25519-nkey"}. */
export const HEADER64 = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ';

/** Whether a token's header is the one of version 1. */
export function isVersion1(token: string): boolean {
  const header = token.slice(0, Math.max(0, token.indexOf('.')));
  return header !== HEADER64 && /"alg"\s*:\s*"ed25519"/.test(Buffer.from(header, 'base64url').toString());
}
