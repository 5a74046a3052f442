import type { Int64 } from './shape.ts';
import { type Codec, int, map } from './shape.ts';

/** Revoked public keys (or `*`, all of them) with the unix second up to which their tokens are void. */
export type Revocations = Map<string, Int64>;

export const revocationsShape: Codec<Revocations> = /* @__PURE__ */ map(int);

/** The entry that revokes every key. */
export const ALL_KEYS = '*';

/** Revokes a key's tokens issued at or before `at` (unix seconds). A newer entry that is there stays. */
export function revoke(list: Revocations, key: string, at: Int64): void {
  const old = list.get(key);
  if (old === undefined || old <= at) list.set(key, at);
}

/** Whether a token of this key issued at `issuedAt` (unix seconds) is revoked. */
export function isRevoked(list: Revocations, key: string, issuedAt: Int64): boolean {
  return [list.get(ALL_KEYS), list.get(key)].some((at) => at !== undefined && at >= issuedAt);
}

/** Removes the entries that a `*` entry covers; returns them. */
export function compactRevocations(list: Revocations): [key: string, at: Int64][] {
  const all = list.get(ALL_KEYS);
  if (all === undefined) return [];
  const covered = [...list].filter(([key, at]) => key !== ALL_KEYS && at <= all);
  for (const [key] of covered) list.delete(key);
  return covered;
}
