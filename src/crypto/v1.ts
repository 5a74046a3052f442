import type { Json } from '#base/json64.ts';

/**
 * Version 1 tokens kept type, tags and the issuing account at the top, and some fields of `nats` had other names.
 * This turns such a payload into the version 2 form, still marked as version 1; fields version 2 dropped are lost.
 */
type Fields = { readonly [key: string]: Json };

const standard = ['aud', 'exp', 'jti', 'iat', 'iss', 'name', 'nbf', 'sub'] as const;

function pick(from: Fields, names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(from, name) ? [[name, from[name]!]] : [])));
}

function fields(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

const upgrades: Readonly<Record<string, (nats: Fields, top: Fields) => Record<string, Json>>> = {
  operator: (nats) => pick(nats, ['signing_keys', 'account_server_url', 'operator_service_urls', 'system_account']),
  account: (nats) => ({
    ...pick(nats, ['imports', 'exports', 'signing_keys', 'revocations']),
    limits: pick(fields(nats.limits), ['subs', 'data', 'payload', 'imports', 'exports', 'wildcards', 'conn', 'leaf']),
  }),
  user: (nats, top) => ({
    // A limit that version 1 did not name was no limit.
    ...{ subs: -1, data: -1, payload: -1 },
    ...pick(nats, ['pub', 'sub', 'resp', 'src', 'times', 'subs', 'data', 'payload', 'bearer_token']),
    ...pick(top, ['issuer_account']),
  }),
  activation: (nats, top) => ({
    ...pick(nats, ['subject']),
    ...(nats.type === undefined ? {} : { kind: nats.type }),
    ...pick(top, ['issuer_account']),
  }),
};

/** The version 2 form of a version 1 payload of this type; undefined for types that have none. */
export function upgradeV1(type: string, payload: Fields): Fields | undefined {
  const upgrade = Object.hasOwn(upgrades, type) ? upgrades[type] : undefined;
  if (!upgrade) return undefined;
  const nats = { ...upgrade(fields(payload.nats), payload), ...pick(payload, ['tags']), type, version: 1 };
  return { ...pick(payload, standard), nats };
}
