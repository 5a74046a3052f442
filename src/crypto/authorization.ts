import { quote } from '#base/quote.ts';
import type { Issues } from './issues.ts';
import { isPublicKey } from './nkeys.ts';
import type { Int64 } from './shape.ts';
import { always, type Codec, int, list, type Open, optional, struct, text, uint } from './shape.ts';
import { type GenericFields, genericFields, newStandard, type Standard, standardFields } from './standard.ts';

/** The server that asks an auth callout service (ADR-26). */
export interface ServerId extends Open {
  name: string;
  host: string;
  id: string;
  version: string;
  cluster: string;
  tags: string[];
  /** The server's public curve key, when the answer should be sealed. */
  xkey: string;
}

/** The connection that wants in. */
export interface ClientInformation extends Open {
  host: string;
  id: Int64;
  user: string;
  name: string;
  tags: string[];
  name_tag: string;
  kind: string;
  type: string;
  mqtt_id: string;
  nonce: string;
}

/** What the client's CONNECT said. */
export interface ConnectOptions extends Open {
  jwt: string;
  nkey: string;
  sig: string;
  auth_token: string;
  user: string;
  pass: string;
  name: string;
  lang: string;
  version: string;
  protocol: Int64;
}

/** The client's TLS state; certificates are PEM. */
export interface ClientTls extends Open {
  version: string;
  cipher: string;
  certs: string[];
  verified_chains: string[][];
}

export interface AuthorizationRequest extends GenericFields {
  server_id: ServerId;
  user_nkey: string;
  client_info: ClientInformation;
  connect_opts: ConnectOptions;
  client_tls?: ClientTls;
  request_nonce: string;
}

/** A server's question to an auth callout service; signed by the server's key. */
export interface AuthorizationRequestClaims extends Standard {
  readonly kind: 'authorization_request';
  nats: AuthorizationRequest;
}

export interface AuthorizationResponse extends GenericFields {
  /** The user token the connection gets. */
  jwt: string;
  /** Why there is none. */
  error: string;
  issuer_account: string;
}

/** The service's answer: `sub` is the user, `aud` the server; signed by the account. */
export interface AuthorizationResponseClaims extends Standard {
  readonly kind: 'authorization_response';
  nats: AuthorizationResponse;
}

const serverId = /* @__PURE__ */ struct<ServerId>(() => ({
  name: always(text),
  host: always(text),
  id: always(text),
  version: text,
  cluster: text,
  tags: list(text),
  xkey: text,
}));

const clientInformation = /* @__PURE__ */ struct<ClientInformation>(() => ({
  host: text,
  id: uint,
  user: text,
  name: text,
  tags: list(text),
  name_tag: text,
  kind: text,
  type: text,
  mqtt_id: text,
  nonce: text,
}));

const connectOptions = /* @__PURE__ */ struct<ConnectOptions>(() => ({
  jwt: text,
  nkey: text,
  sig: text,
  auth_token: text,
  user: text,
  pass: text,
  name: text,
  lang: text,
  version: text,
  protocol: always(int),
}));

const requestShape = /* @__PURE__ */ struct<AuthorizationRequest>(() => ({
  server_id: serverId,
  user_nkey: always(text),
  client_info: clientInformation,
  connect_opts: connectOptions,
  client_tls: optional(
    struct<ClientTls>(() => ({ version: text, cipher: text, certs: list(text), verified_chains: list(list(text)) })),
  ),
  request_nonce: text,
  ...genericFields,
}));

const responseShape = /* @__PURE__ */ struct<AuthorizationResponse>(() => ({
  jwt: text,
  error: text,
  issuer_account: text,
  ...genericFields,
}));

type Bare<T> = Omit<T, 'kind'>;

export const authorizationRequestShape: Codec<Bare<AuthorizationRequestClaims>> = /* @__PURE__ */ struct<
  Bare<AuthorizationRequestClaims>
>(() => ({ ...standardFields, nats: requestShape }));

export const authorizationResponseShape: Codec<Bare<AuthorizationResponseClaims>> = /* @__PURE__ */ struct<
  Bare<AuthorizationResponseClaims>
>(() => ({ ...standardFields, nats: responseShape }));

/** A request about a user key, not yet signed. */
export function newAuthorizationRequest(subject: string): AuthorizationRequestClaims {
  const nats = { ...requestShape.zero(), type: 'authorization_request', version: 2 };
  return { kind: 'authorization_request', ...newStandard(subject), nats };
}

/** An answer for a user key, not yet signed. */
export function newAuthorizationResponse(subject: string): AuthorizationResponseClaims {
  const nats = { ...responseShape.zero(), type: 'authorization_response', version: 2 };
  return { kind: 'authorization_response', ...newStandard(subject), nats };
}

export function checkAuthorizationRequest(claims: AuthorizationRequestClaims, issues: Issues): void {
  const key = claims.nats.user_nkey;
  if (key === '') issues.error('User nkey is required');
  else if (!isPublicKey(key, 'user')) issues.error(`User nkey ${quote(key)} is not a valid user public key`);
}

export function checkAuthorizationResponse(claims: AuthorizationResponseClaims, issues: Issues): void {
  const { nats } = claims;
  if (!isPublicKey(claims.sub, 'user')) issues.error('Subject must be a user public key');
  if (!isPublicKey(claims.aud, 'server')) issues.error('Audience must be a server public key');
  if (nats.error === '' && nats.jwt === '') issues.error('Error or Jwt is required');
  if (nats.error !== '' && nats.jwt !== '') issues.error('Only Error or Jwt can be set');
  if (nats.issuer_account !== '' && !isPublicKey(nats.issuer_account, 'account')) {
    issues.error('issuer_account is not an account public key');
  }
}
