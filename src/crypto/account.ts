import { quote } from '#base/quote.ts';
import { checkExports, checkInfo, type Export, exportShape, type Info, infoFields } from './exports.ts';
import { type ActivationOf, checkImports, type Import, importShape } from './imports.ts';
import { type Issues, newIssues } from './issues.ts';
import { areLimitsEmpty, checkLimits, newAccountLimits, type OperatorLimits, operatorLimitsShape } from './limits.ts';
import { isPublicKey } from './nkeys.ts';
import { checkPermissions, type Permissions, permissionsShape } from './permissions.ts';
import { type Revocations, revocationsShape } from './revocations.ts';
import { checkSigningKeys, type SigningKeys, signingKeysShape } from './scope.ts';
import { always, type Codec, list, map, number, type Open, optional, struct, text } from './shape.ts';
import { type GenericFields, genericFields, newStandard, type Standard, standardFields } from './standard.ts';
import { checkSubject, hasWildcards } from './subjects.ts';

/** One target of a subject mapping. */
export interface WeightedMapping extends Open {
  subject: string;
  /** Percent; 0 stands for 100. */
  weight: number;
  /** The cluster this target is for; empty for all. */
  cluster: string;
}

/** Auth callout: who answers, for which accounts, sealed to which curve key. */
export interface ExternalAuthorization extends Open {
  /** Users that bypass the callout: the service itself. Without any there is no callout. */
  auth_users: string[];
  /** Accounts users may be placed in; `*` alone is any. */
  allowed_accounts: string[];
  xkey: string;
}

/** Where traces of messages with a sampled `traceparent` header go. */
export interface MessageTrace extends Open {
  dest: string;
  /** Percent; 0 stands for 100. */
  sampling: number;
}

/** The `nats` part of an account token. */
export interface Account extends Info, GenericFields {
  imports: Import[];
  exports: Export[];
  limits: OperatorLimits;
  signing_keys: SigningKeys;
  revocations: Revocations;
  default_permissions: Permissions;
  mappings: Map<string, WeightedMapping[]>;
  authorization: ExternalAuthorization;
  trace?: MessageTrace;
  /** `owner`, `system` or empty (system). */
  cluster_traffic: string;
}

/** An account token's claims. */
export interface AccountClaims extends Standard {
  readonly kind: 'account';
  nats: Account;
}

const accountShape = /* @__PURE__ */ struct<Account>(() => ({
  imports: list(importShape),
  exports: list(exportShape),
  limits: operatorLimitsShape,
  signing_keys: signingKeysShape,
  revocations: revocationsShape,
  default_permissions: permissionsShape,
  mappings: map(
    list(struct<WeightedMapping>(() => ({ subject: always(text), weight: number(0, 255), cluster: text }))),
  ),
  authorization: struct<ExternalAuthorization>(() => ({
    auth_users: list(text),
    allowed_accounts: list(text),
    xkey: text,
  })),
  trace: optional(
    struct<MessageTrace>(() => ({ dest: text, sampling: number(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) })),
  ),
  cluster_traffic: text,
  ...infoFields,
  ...genericFields,
}));

type Bare = Omit<AccountClaims, 'kind'>;

export const accountClaimsShape: Codec<Bare> = /* @__PURE__ */ struct<Bare>(() => ({
  ...standardFields,
  nats: accountShape,
}));

/** An account with nothing limited and JetStream off, not yet signed. */
export function newAccount(publicKey: string): AccountClaims {
  const nats = { ...accountShape.zero(), limits: newAccountLimits(), type: 'account', version: 2 };
  return { kind: 'account', ...newStandard(publicKey), nats };
}

/** The percent a mapping's target gets. */
export function weightOf(target: WeightedMapping): number {
  return target.weight === 0 ? 100 : target.weight;
}

function checkMappings(mappings: Account['mappings'], issues: Issues): void {
  for (const [from, targets] of mappings) {
    checkSubject(from, issues);
    const totals = new Map<string, number>();
    for (const target of targets) {
      checkSubject(target.subject, issues);
      const weight = weightOf(target);
      if (weight > 100) issues.error(`Mapping ${quote(from)} has a weight ${weight} that exceeds 100`);
      const total = (totals.get(target.cluster) ?? 0) + weight;
      totals.set(target.cluster, total);
      if (target.cluster !== '' && total > 100) {
        const where = `${quote(from)} in cluster ${quote(target.cluster)}`;
        issues.error(`Mapping ${where} exceeds 100% among all of it's weighted to mappings`);
      }
    }
    if ((totals.get('') ?? 0) > 100) {
      issues.error(`Mapping ${quote(from)} exceeds 100% among all of it's weighted to mappings`);
    }
  }
}

function checkAuthorization(callout: ExternalAuthorization, issues: Issues): void {
  const { auth_users: users, allowed_accounts: accounts, xkey } = callout;
  if (accounts.length > 0 && users.length === 0) {
    issues.error('External authorization cannot have accounts without users specified');
  }
  for (const user of users) {
    if (!isPublicKey(user, 'user')) issues.error(`AuthUser ${quote(user)} is not a valid user public key`);
  }
  for (const account of accounts) {
    if (account === '*') {
      if (accounts.length > 1) issues.error('AllowedAccounts can only be a list of accounts or "*"');
    } else if (!isPublicKey(account, 'account')) {
      issues.error(`Account ${quote(account)} is not a valid account public key`);
    }
  }
  if (xkey !== '' && !isPublicKey(xkey, 'curve')) issues.error(`XKey ${quote(xkey)} is not a valid public xkey`);
}

function checkTrace(trace: MessageTrace, issues: Issues): void {
  const found = newIssues();
  checkSubject(trace.dest, found);
  if (found.list[0]) issues.error(`the account Trace.Destination ${found.list[0].text}`);
  if (hasWildcards(trace.dest)) {
    issues.error(`the account Trace.Destination subject ${quote(trace.dest)} is not a valid publish subject`);
  }
  if (trace.sampling < 0 || trace.sampling > 100) {
    const value = `'${trace.sampling}'`;
    issues.error(`the account Trace.Sampling value ${value} is not valid, should be in the range [1..100]`);
  }
}

function checkCounts({ imports, exports, limits }: Account, issues: Issues): void {
  const tooManyImports = 'the account contains more imports than allowed by the operator';
  // The original reports this twice for an account with limits; tools count its lines.
  if (!areLimitsEmpty(limits) && limits.imports >= 0 && imports.length > limits.imports) issues.error(tooManyImports);
  if (limits.imports !== -1 && imports.length > limits.imports) issues.error(tooManyImports);
  if (limits.exports === -1) return;
  if (exports.length > limits.exports) {
    issues.error('the account contains more exports than allowed by the operator');
  }
  if (limits.wildcards) return;
  for (const one of exports) {
    if (hasWildcards(one.subject)) {
      issues.error('the account contains wildcard exports that are not allowed by the operator');
    }
  }
}

/** Everything but the clock. `activationOf` gives the decoded token of an import. */
export function checkAccount(claims: AccountClaims, activationOf: ActivationOf, issues: Issues): void {
  const { nats } = claims;
  checkImports(nats.imports, claims.sub, activationOf, issues);
  checkExports(nats.exports, issues);
  checkLimits(nats.limits, issues);
  checkPermissions(nats.default_permissions, issues);
  checkMappings(nats.mappings, issues);
  checkAuthorization(nats.authorization, issues);
  if (nats.trace) checkTrace(nats.trace, issues);
  checkCounts(nats, issues);
  checkSigningKeys(nats.signing_keys, issues);
  checkInfo(nats, issues);
  if (!['', 'system', 'owner'].includes(nats.cluster_traffic)) {
    issues.error(`unknown cluster traffic option: ${quote(nats.cluster_traffic)}`);
  }
  if (isPublicKey(claims.iss, 'account') && !areLimitsEmpty(nats.limits)) {
    issues.warning("self-signed account JWTs shouldn't contain operator limits");
  }
}
