import { base32Encode } from '#base/base32.ts';
import { fail } from '#base/errors.ts';
import type { Json } from '#base/json64.ts';
import { quote } from '#base/quote.ts';
import { sha256 } from './hash.ts';
import type { Issues } from './issues.ts';
import { isPublicKey } from './nkeys.ts';
import { type Codec, struct, text } from './shape.ts';
import { type GenericFields, genericFields, newStandard, type Standard, standardFields } from './standard.ts';
import { checkSubject } from './subjects.ts';

/** What is exported and imported. Empty when a token does not say. */
export type ExportType = 'stream' | 'service' | '';

export const exportType: Codec<ExportType> = {
  zero: () => '',
  read(value: Json, at) {
    if (value === 'stream' || value === 'service') return value;
    throw fail('error', `the token's ${at} is no export type`, { hint: 'it is stream or service' });
  },
  isEmpty: (value) => value === '',
  write: (value) => `"${value}"`,
};

/** How the library's texts name an export type. */
export function exportTypeName(type: ExportType): string {
  return type === '' ? 'unknown' : type;
}

/** The `nats` part of an activation token: leave for one account to import one subject. */
export interface Activation extends GenericFields {
  subject: string;
  kind: ExportType;
  /** The exporting account, when one of its signing keys signed. */
  issuer_account: string;
}

/** An activation token's claims; `sub` is the importing account. */
export interface ActivationClaims extends Standard {
  readonly kind: 'activation';
  nats: Activation;
}

const activationShape = /* @__PURE__ */ struct<Activation>(() => ({
  subject: text,
  kind: exportType,
  issuer_account: text,
  ...genericFields,
}));

export const activationClaimsShape: Codec<Omit<ActivationClaims, 'kind'>> = /* @__PURE__ */ struct<
  Omit<ActivationClaims, 'kind'>
>(() => ({ ...standardFields, nats: activationShape }));

/** An activation for an importing account, not yet signed. */
export function newActivation(importer: string): ActivationClaims {
  const nats = { ...activationShape.zero(), type: 'activation', version: 2 };
  return { kind: 'activation', ...newStandard(importer), nats };
}

/** The checks an account's import makes too: all but the clock's. */
export function checkActivation(claims: ActivationClaims, issues: Issues): void {
  const { nats } = claims;
  if (nats.kind === '') issues.error(`invalid import type: ${quote(exportTypeName(nats.kind))}`);
  checkSubject(nats.subject, issues);
  if (nats.issuer_account !== '' && !isPublicKey(nats.issuer_account, 'account')) {
    issues.error('account_id is not an account public key');
  }
}

/** A subject up to its first wildcard; `_` when it begins with one. */
function cleanSubject(subject: string): string {
  const tokens = subject.split('.');
  const at = tokens.findIndex((token) => token === '*' || token === '>');
  if (at < 0) return subject;
  return at === 0 ? '_' : tokens.slice(0, at).join('.');
}

/** The id of an activation, the same for every renewal: padded base32 of SHA-256 over issuer, subject and export. */
export async function activationHashId(claims: ActivationClaims): Promise<string> {
  if (claims.iss === '' || claims.sub === '' || claims.nats.subject === '') {
    throw fail('error', 'not enough data in the activation to make its hash id');
  }
  return base32Encode(await sha256(`${claims.iss}.${claims.sub}.${cleanSubject(claims.nats.subject)}`), true);
}
