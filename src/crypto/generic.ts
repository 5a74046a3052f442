import type { Json } from '#base/json64.ts';
import { newStandard, type Standard } from './standard.ts';

/** A token of any or no type, its `nats` part as plain JSON. Signed again, the keys of that part are sorted. */
export interface GenericClaims extends Standard {
  readonly kind: 'generic';
  nats: { [key: string]: Json };
}

/** Generic claims about `sub`, not yet signed. */
export function newGeneric(sub: string, nats: { [key: string]: Json } = {}): GenericClaims {
  return { kind: 'generic', ...newStandard(sub), nats };
}

/** The type a generic token states, empty when it states none. */
export function statedType(claims: GenericClaims): string {
  return typeof claims.nats.type === 'string' ? claims.nats.type : '';
}
