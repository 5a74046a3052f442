import { quote } from '#base/quote.ts';
import { parseGoUrl } from './go-url.ts';
import type { Issues } from './issues.ts';
import { isPublicKey } from './nkeys.ts';
import { type Codec, flag, list, struct, text } from './shape.ts';
import { type GenericFields, genericFields, newStandard, type Standard, standardFields } from './standard.ts';

/** The `nats` part of an operator token. */
export interface Operator extends GenericFields {
  signing_keys: string[];
  /** Where accounts are pushed to and pulled from. */
  account_server_url: string;
  /** Where tools connect. */
  operator_service_urls: string[];
  system_account: string;
  /** Oldest server version that may load the operator, `major.minor.update`. */
  assert_server_version: string;
  /** Whether accounts must be signed by a signing key, never by the operator's own. */
  strict_signing_key_usage: boolean;
}

/** An operator token's claims. */
export interface OperatorClaims extends Standard {
  readonly kind: 'operator';
  nats: Operator;
}

const operatorShape = /* @__PURE__ */ struct<Operator>(() => ({
  signing_keys: list(text),
  account_server_url: text,
  operator_service_urls: list(text),
  system_account: text,
  assert_server_version: text,
  strict_signing_key_usage: flag,
  ...genericFields,
}));

export const operatorClaimsShape: Codec<Omit<OperatorClaims, 'kind'>> = /* @__PURE__ */ struct<
  Omit<OperatorClaims, 'kind'>
>(() => ({ ...standardFields, nats: operatorShape }));

/** An operator with nothing set, not yet signed. */
export function newOperator(publicKey: string): OperatorClaims {
  const nats = { ...operatorShape.zero(), type: 'operator', version: 2 };
  return { kind: 'operator', ...newStandard(publicKey), iss: publicKey, nats };
}

/** What is wrong with an account server's URL; undefined when nothing is. */
export function accountServerUrlProblem(url: string): string | undefined {
  if (url === '') return undefined;
  const parsed = parseGoUrl(url);
  if ('error' in parsed) return `error parsing account server url: ${parsed.error}`;
  return parsed.url.scheme === '' ? `account server url ${quote(url)} requires a protocol` : undefined;
}

/** What is wrong with a service URL; undefined when nothing is. */
export function serviceUrlProblem(url: string): string | undefined {
  if (url === '') return undefined;
  const parsed = parseGoUrl(url);
  if ('error' in parsed) return `error parsing operator service url ${quote(url)}: ${parsed.error}`;
  if (parsed.url.hasUser) return `operator service url ${quote(url)} - credentials are not supported`;
  if (parsed.url.path !== '') return `operator service url ${quote(url)} - paths are not supported`;
  if (['nats', 'tls', 'ws', 'wss'].includes(parsed.url.scheme)) return undefined;
  return `operator service url ${quote(url)} - protocol not supported (only 'nats', 'tls', 'ws', 'wss' only)`;
}

/** What is wrong with an asserted server version; undefined when nothing is. */
export function serverVersionProblem(version: string): string | undefined {
  if (version === '') return undefined;
  const parts = version.split('.');
  if (parts.length !== 3) return 'asserted server version must be of the form <major>.<minor>.<update>';
  const bad = parts.find((part) => !/^[+-]?\d+$/.test(part));
  if (bad !== undefined) return `asserted server version cant parse ${bad} to int`;
  return parts.some((part) => Number(part) < 0)
    ? `asserted server version can'b contain negative values: ${version}`
    : undefined;
}

export function checkOperator(claims: OperatorClaims, issues: Issues): void {
  const { nats } = claims;
  const problems = [
    accountServerUrlProblem(nats.account_server_url),
    ...nats.operator_service_urls.map(serviceUrlProblem),
  ];
  for (const problem of problems) if (problem !== undefined) issues.error(problem);
  for (const key of nats.signing_keys) {
    if (!isPublicKey(key, 'operator')) issues.error(`${key} is not an operator public key`);
  }
  if (nats.system_account !== '' && !isPublicKey(nats.system_account, 'account')) {
    issues.error(`${nats.system_account} is not an account public key`);
  }
  const version = serverVersionProblem(nats.assert_server_version);
  if (version !== undefined) issues.error(`assert server version error: ${version}`);
}
