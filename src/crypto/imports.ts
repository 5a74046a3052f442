import { quote } from '#base/quote.ts';
import { type ActivationClaims, checkActivation, type ExportType, exportType, exportTypeName } from './activation.ts';
import type { Issues } from './issues.ts';
import { type Codec, flag, type Open, struct, text } from './shape.ts';
import { checkRenaming, checkSubject, isContainedIn, referencesAsWildcards } from './subjects.ts';

export interface Import extends Open {
  name: string;
  /** The exporter's subject for streams; for services what the importer asks. */
  subject: string;
  /** The exporting account's public key. */
  account: string;
  /** Activation token, for private exports. */
  token: string;
  /** Older form of `local_subject`. */
  to: string;
  /** Name in the importing account; `$n` stands for the nth wildcard of `subject`. */
  local_subject: string;
  type: ExportType;
  /** Whether the exporter sees who asks (latency samples of services). */
  share: boolean;
  /** Streams only. */
  allow_trace: boolean;
}

export const importShape: Codec<Import> = /* @__PURE__ */ struct<Import>(() => ({
  name: text,
  subject: text,
  account: text,
  token: text,
  to: text,
  local_subject: text,
  type: exportType,
  share: flag,
  allow_trace: flag,
}));

/** An import with nothing but what is given. */
export function newImport(given: Partial<Import>): Import {
  return { ...importShape.zero(), ...given };
}

function checkAgainstToken(one: Import, token: ActivationClaims, importer: string, issues: Issues): void {
  const subject = quote(one.subject);
  if (token.iss !== one.account && token.nats.issuer_account !== one.account) {
    issues.error(`activation token doesn't match account for import ${subject}`);
  }
  if (token.sub !== importer) {
    issues.error(`activation token doesn't match account it is being included in, ${subject}`);
  }
  if (token.nats.kind !== one.type) {
    const kinds = [token.nats.kind, one.type].map(exportTypeName);
    issues.error(`mismatch between token import type ${kinds[0]} and type of import ${kinds[1]}`);
  }
  checkActivation(token, issues);
  const asked = one.type === 'service' && one.to !== '' ? one.to : one.subject;
  if (!isContainedIn(asked, token.nats.subject)) {
    issues.error(`activation token import subject ${quote(token.nats.subject)} doesn't match import ${subject}`);
  }
}

/** The activation of an import's token, undefined when the token is no valid activation. */
export type ActivationOf = (token: string) => ActivationClaims | undefined;

function checkImport(one: Import, importer: string, activationOf: ActivationOf, issues: Issues): void {
  const service = one.type === 'service';
  if (one.type === '') issues.error(`invalid import type: ${quote(exportTypeName(one.type))}`);
  if (service && one.allow_trace) issues.error('AllowTrace only valid for stream import');
  if (one.account === '') issues.error('account to import from is not specified');
  if (one.to !== '') issues.warning('the field to has been deprecated (use LocalSubject instead)');
  checkSubject(one.subject, issues);
  if (one.local_subject !== '') {
    checkRenaming(one.local_subject, one.subject, issues);
    if (one.to !== '') issues.error('Local Subject replaces To');
  }
  if (one.share && !service) {
    issues.error(`sharing information (for latency tracking) is only valid for services: ${quote(one.subject)}`);
  }
  if (one.token === '') return;
  const activation = activationOf(one.token);
  if (activation) checkAgainstToken(one, activation, importer, issues);
  else issues.error(`import ${quote(one.subject)} contains an invalid activation token`);
}

/** Checks imports into the account `importer`. */
export function checkImports(
  list: readonly Import[],
  importer: string,
  activationOf: ActivationOf,
  issues: Issues,
): void {
  const services = new Map<string, Set<string>>();
  for (const one of list) {
    if (one.type === 'service') {
      const local = one.to || referencesAsWildcards(one.local_subject) || one.subject;
      const others = services.get(one.account) ?? new Set();
      services.set(one.account, others);
      for (const other of others) {
        if (isContainedIn(local, other) || isContainedIn(other, local)) {
          const pair = `${quote(local)} and ${quote(other)}`;
          issues.error(`overlapping subject namespace for ${pair} in same account ${quote(one.account)}`);
        }
      }
      if (others.has(local)) {
        issues.error(`overlapping subject namespace for ${quote(local)} in account ${quote(one.account)}`);
      }
      others.add(local);
    }
    checkImport(one, importer, activationOf, issues);
  }
}
