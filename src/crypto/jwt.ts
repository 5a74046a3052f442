import { base32Encode } from '#base/base32.ts';
import { fromBase64url, toBase64url, utf8Text } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { type Json, parseJson, stringifyJson } from '#base/json64.ts';
import { type AccountClaims, accountClaimsShape } from './account.ts';
import { type ActivationClaims, activationClaimsShape } from './activation.ts';
import {
  type AuthorizationRequestClaims,
  type AuthorizationResponseClaims,
  authorizationRequestShape,
  authorizationResponseShape,
} from './authorization.ts';
import type { GenericClaims } from './generic.ts';
import { sha512t256 } from './hash.ts';
import { HEADER64 } from './header.ts';
import { decodePublic, isPublicKey, type KeyKind, type Signer, verifySignature } from './nkeys.ts';
import { accountServerUrlProblem, type OperatorClaims, operatorClaimsShape } from './operator.ts';
import { type Codec, struct } from './shape.ts';
import { newStandard, type Standard, standardFields } from './standard.ts';
import { type UserClaims, userClaimsShape } from './user.ts';
import { upgradeV1 } from './v1.ts';

/** Claims of a known type. */
export type TypedClaims =
  | OperatorClaims
  | AccountClaims
  | UserClaims
  | ActivationClaims
  | AuthorizationRequestClaims
  | AuthorizationResponseClaims;

/** Claims of any token; `kind` tells which. */
export type Claims = TypedClaims | GenericClaims;

export type ClaimKind = Claims['kind'];
type TypedKind = TypedClaims['kind'];
type ClaimsOf<K extends ClaimKind> = Extract<Claims, { kind: K }>;

/** Longest token that is read, in characters. */
export const MAX_TOKEN = 1024 * 1024;

/** The version this code writes. */
const VERSION = 2;

interface ClaimFacts {
  readonly shape: Codec<Omit<TypedClaims, 'kind'>>;
  /** Kinds of keys that may sign. */
  readonly issuers: readonly KeyKind[];
  /** Kind of key the claims must be about, where the type demands one. */
  readonly subject?: KeyKind;
}

const facts: Readonly<Record<TypedKind, ClaimFacts>> = {
  operator: { shape: operatorClaimsShape as never, issuers: ['operator'], subject: 'operator' },
  account: { shape: accountClaimsShape as never, issuers: ['account', 'operator'], subject: 'account' },
  user: { shape: userClaimsShape as never, issuers: ['account'], subject: 'user' },
  activation: { shape: activationClaimsShape as never, issuers: ['account', 'operator'], subject: 'account' },
  authorization_request: { shape: authorizationRequestShape as never, issuers: ['server'] },
  authorization_response: { shape: authorizationResponseShape as never, issuers: ['account'] },
};

function isTypedKind(type: unknown): type is TypedKind {
  return typeof type === 'string' && Object.hasOwn(facts, type);
}

type Fields = { readonly [key: string]: Json };

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const bad = (why: string) => fail('error', `not a usable token: ${why}`);

/** A token taken apart, nothing about it verified yet. */
export interface Token {
  readonly algorithm: 'ed25519' | 'ed25519-nkey';
  readonly payload: Fields;
  /** `header.payload` and the payload alone, as they were signed by version 2 and version 1. */
  readonly signed: string;
  readonly signedV1: string;
  readonly signature: Uint8Array;
}

function decodeChunk(chunk: string): Uint8Array {
  const bytes = fromBase64url(chunk);
  if (!bytes) throw bad('a part of it is not base64url');
  return bytes;
}

function parseChunk(chunk: string): Fields {
  let value: Json;
  try {
    value = parseJson(utf8Text(decodeChunk(chunk)));
  } catch {
    throw bad('a part of it is not base64url of JSON');
  }
  if (!isFields(value)) throw bad('a part of it is not a JSON object');
  return value;
}

/** Takes a bare token apart; fails when it is too long, has no three parts, or another algorithm. */
export function splitToken(token: string): Token {
  const trimmed = token.trim();
  if (trimmed.length > MAX_TOKEN) throw bad(`its ${trimmed.length} characters are more than ${MAX_TOKEN}`);
  const chunks = trimmed.split('.');
  if (chunks.length !== 3) throw bad('it does not have three parts');
  const [header, payload, signature] = chunks as [string, string, string];
  const { typ, alg } = parseChunk(header);
  if (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT') throw bad('its header has another type than JWT');
  const algorithm = typeof alg === 'string' ? alg.toLowerCase() : '';
  if (algorithm !== 'ed25519' && algorithm !== 'ed25519-nkey') throw bad('its algorithm is not ed25519-nkey');
  return {
    algorithm,
    payload: parseChunk(payload),
    signed: trimmed.slice(0, header.length + 1 + payload.length),
    signedV1: payload,
    signature: decodeChunk(signature),
  };
}

interface Read {
  readonly claims: Claims;
  /** Whether the signature covers the payload alone. */
  readonly oldSignature: boolean;
}

const standardShape = /* @__PURE__ */ struct<Standard>(() => standardFields);

function readGeneric(token: Token): Read {
  const { nats: given, ...payload }: { [key: string]: Json } = token.payload;
  const old = token.algorithm === 'ed25519';
  const nats: { [key: string]: Json } = isFields(given) ? { ...given } : {};
  if (old) {
    // Version 1 kept these two beside `nats`.
    if (payload.type) nats.type = payload.type;
    if (Array.isArray(payload.tags) && payload.tags.length > 0) nats.tags = payload.tags;
    delete payload.type;
    delete payload.tags;
  }
  const standard = standardShape.read(payload, '');
  return { claims: { kind: 'generic', ...standard, nats }, oldSignature: old };
}

function readTyped(token: Token): Read {
  const { payload } = token;
  const nats = isFields(payload.nats) ? payload.nats : {};
  const topType = typeof payload.type === 'string' ? payload.type : '';
  const type = topType || nats.type;
  const version = topType ? 1 : typeof nats.version === 'number' ? nats.version : 0;
  if (version > VERSION) throw bad(`it was made by a newer version (${version})`);
  if (type === 'cluster' || type === 'server') throw bad(`${type} claims are no longer used`);
  if (!isTypedKind(type)) return readGeneric(token);
  const from = version === 1 && topType ? upgradeV1(type, payload) : payload;
  if (!from || (version < 1 && facts[type].subject)) throw bad(`${type} claims of version ${version} are unknown`);
  return { claims: { kind: type, ...facts[type].shape.read(from, '') } as TypedClaims, oldSignature: version <= 1 };
}

async function verify({ claims, oldSignature }: Read, token: Token): Promise<void> {
  const data = new TextEncoder().encode(oldSignature ? token.signedV1 : token.signed);
  if (!(await verifySignature(claims.iss, data, token.signature))) {
    throw fail('denied', 'the token was not signed by the key it names, or was changed since', {
      hint: 'get it again from whoever issued it',
    });
  }
  const issuers = claims.kind === 'generic' ? [] : facts[claims.kind].issuers;
  if (!isPublicKey(claims.iss, ...issuers)) {
    throw fail('denied', `${claims.kind} tokens are signed by ${issuers.join(' or ')} keys, not by ${claims.iss}`);
  }
}

/** Reads a token's claims without verifying anything: for tokens whose origin is known, or listings. */
export function readClaims(token: string): Claims {
  return readTyped(splitToken(token)).claims;
}

/** Reads a token and verifies that its issuer signed it and may sign its type. Version 1 tokens are upgraded. */
export async function decode(token: string): Promise<Claims> {
  const split = splitToken(token);
  const read = readTyped(split);
  await verify(read, split);
  return read.claims;
}

/** decode, for a token that must be of one type. */
export async function decodeAs<K extends ClaimKind>(token: string, kind: K): Promise<ClaimsOf<K>> {
  const claims = await decode(token);
  if (claims.kind !== kind) throw fail('usage', `expected a token of type ${kind}, got one of type ${claims.kind}`);
  return claims as ClaimsOf<K>;
}

/** Reads any token's `nats` part as plain JSON, and verifies the signature. */
export async function decodeGeneric(token: string): Promise<GenericClaims> {
  const split = splitToken(token);
  const read = readGeneric(split);
  await verify(read, split);
  return read.claims as GenericClaims;
}

/** The payload these claims are written as. Exports and imports are ordered by subject, as the original does. */
export function payloadOf(claims: Claims): string {
  if (claims.kind === 'generic') {
    const { kind: _kind, nats, ...standard } = claims;
    const head = standardShape.write(standard).slice(0, -1);
    const empty = Object.keys(nats).length === 0;
    return empty ? `${head}}` : `${head}${head === '{' ? '' : ','}"nats":${stringifyJson(nats, { sortKeys: true })}}`;
  }
  return facts[claims.kind].shape.write(claims);
}

function bySubject<T extends { subject: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
}

/** A copy of the claims as signing leaves them: issuer, times, id, type and version set. */
async function prepared(claims: Claims, issuer: string, now: number): Promise<Claims> {
  const { aud, exp, name, nbf } = claims;
  const standard: Standard = { ...newStandard(claims.sub), aud, exp, name, nbf, iss: issuer, iat: now };
  standard.jti = base32Encode(await sha512t256(standardShape.write(standard)));
  if (claims.kind === 'generic') return { ...claims, ...standard, nats: { ...claims.nats, version: VERSION } };
  const nats = { ...claims.nats, type: claims.kind, version: VERSION };
  if (claims.kind === 'account') {
    Object.assign(nats, { imports: bySubject(claims.nats.imports), exports: bySubject(claims.nats.exports) });
  }
  return { ...claims, ...standard, nats } as TypedClaims;
}

function checkSignable(claims: Claims, issuer: string): void {
  const key = decodePublic(issuer);
  if (claims.sub === '') throw fail('usage', 'the claims have no subject');
  if (!key || key.kind === 'curve') throw fail('usage', 'tokens are signed with an Ed25519 nkey');
  if (claims.kind === 'generic') return;
  const { issuers, subject } = facts[claims.kind];
  if (!issuers.includes(key.kind)) {
    throw fail('usage', `${claims.kind} tokens are signed by ${issuers.join(' or ')} keys, not by a ${key.kind} key`);
  }
  if (subject && !isPublicKey(claims.sub, subject)) {
    throw fail('usage', `expected the subject to be a public ${subject} key, not "${claims.sub}"`);
  }
  const problem = claims.kind === 'operator' ? accountServerUrlProblem(claims.nats.account_server_url) : undefined;
  if (problem !== undefined) throw fail('usage', problem);
}

/**
 * Signs claims: the token, always of version 2. `now` is the unix second it is issued at. The claims are not
 * changed; decode the token to see what was set. `signer` may live elsewhere: a public key and a way to sign.
 */
export async function encode(claims: Claims, signer: Pick<Signer, 'publicKey' | 'sign'>, now: number): Promise<string> {
  checkSignable(claims, signer.publicKey);
  const utf8 = new TextEncoder();
  const ready = await prepared(claims, signer.publicKey, Math.floor(now));
  const signed = `${HEADER64}.${toBase64url(utf8.encode(payloadOf(ready)))}`;
  return `${signed}.${toBase64url(await signer.sign(utf8.encode(signed)))}`;
}
