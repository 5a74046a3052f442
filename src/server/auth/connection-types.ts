/** Names of ways to connect, as user JWTs list them. */
import { connectionTypes } from '#crypto/permissions.ts';

/** Those of the list that are known; null when it has some and none is, which must not mean all. */
export function knownConnectionTypes(list: readonly string[]): string[] | null {
  const known = list.map((t) => t.toUpperCase()).filter((t) => (connectionTypes as readonly string[]).includes(t));
  return list.length > 0 && known.length === 0 ? null : known;
}
