import type { AccountClaims } from './account.ts';
import { checkAccount } from './account.ts';
import { type ActivationClaims, checkActivation } from './activation.ts';
import { checkAuthorizationRequest, checkAuthorizationResponse } from './authorization.ts';
import type { Export } from './exports.ts';
import { type Issue, newIssues } from './issues.ts';
import { type Claims, decodeAs } from './jwt.ts';
import { checkOperator, type OperatorClaims } from './operator.ts';
import { isRevoked } from './revocations.ts';
import { checkTimes } from './standard.ts';
import { checkUser, type UserClaims } from './user.ts';

/** All that is wrong with claims at a unix second, in the words and order of the Go library; empty when nothing is. */
export async function validate(claims: Claims, now: number): Promise<Issue[]> {
  const issues = newIssues();
  const times = () => checkTimes(claims, now, issues);
  switch (claims.kind) {
    case 'operator':
      times();
      checkOperator(claims, issues);
      break;
    case 'account': {
      const activations = await importedActivations(claims);
      times();
      checkAccount(claims, (token) => activations.get(token), issues);
      break;
    }
    case 'user':
      times();
      checkUser(claims, issues);
      break;
    case 'activation':
      times();
      checkActivation(claims, issues);
      break;
    case 'authorization_request':
      checkAuthorizationRequest(claims, issues);
      times();
      break;
    case 'authorization_response':
      checkAuthorizationResponse(claims, issues);
      times();
      break;
    case 'generic':
      times();
  }
  return issues.list;
}

async function importedActivations(account: AccountClaims): Promise<Map<string, ActivationClaims>> {
  const found = new Map<string, ActivationClaims>();
  for (const { token } of account.nats.imports) {
    if (token === '' || found.has(token)) continue;
    const activation = await decodeAs(token, 'activation').catch(() => undefined);
    if (activation) found.set(token, activation);
  }
  return found;
}

/** Whether the operator signed these claims: by its own key (only for itself when strict) or a signing key. */
export function operatorDidSign(operator: OperatorClaims, claims: Claims): boolean {
  if (claims.iss !== operator.sub) return operator.nats.signing_keys.includes(claims.iss);
  return !operator.nats.strict_signing_key_usage || claims.sub === operator.sub;
}

/** Whether the account signed these claims: by its own key, or users and activations by a signing key. */
export function accountDidSign(account: AccountClaims, claims: Claims): boolean {
  if (claims.iss === account.sub) return true;
  if (claims.kind !== 'user' && claims.kind !== 'activation') return false;
  return claims.nats.issuer_account === account.sub && account.nats.signing_keys.has(claims.iss);
}

/** Whether the account revoked this user. A user without subject or time of issue counts as revoked. */
export function isUserRevoked(account: AccountClaims, user: UserClaims): boolean {
  return user.sub === '' || user.iat === 0 || isRevoked(account.nats.revocations, user.sub, user.iat);
}

/** Whether the export revoked this activation. One without subject or time of issue counts as revoked. */
export function isActivationRevoked(from: Export, activation: ActivationClaims): boolean {
  return activation.sub === '' || activation.iat === 0 || isRevoked(from.revocations, activation.sub, activation.iat);
}
