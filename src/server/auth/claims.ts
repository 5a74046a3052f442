/** What an account JWT says, put into force in a running server. */
import { type AccountClaims, weightOf } from '#crypto/account.ts';
import type { ActivationClaims } from '#crypto/activation.ts';
import type { Import } from '#crypto/imports.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { Permissions } from '#crypto/permissions.ts';
import { isRevoked } from '#crypto/revocations.ts';
import type { UserScope } from '#crypto/scope.ts';
import { addServiceImport, addStreamImport } from '../accounts/imports.ts';
import { buildMapping } from '../accounts/mapping.ts';
import {
  addServiceExport,
  addStreamExport,
  type ExportAuth,
  exportAuth,
  type ImportClaim,
  mayImportService,
  mayImportStream,
  type ResponseType,
  type SharedAccount,
  SharingError,
  serviceExportFor,
  trackLatency,
} from '../accounts/model.ts';
import { activate, refreshShadows, unsubscribeImport } from '../accounts/runtime.ts';
import { TransformError } from '../accounts/transform.ts';
import { isSubset } from '../config/subjects.ts';
import { toBinary } from '../core/text.ts';
import type { ServerState } from '../core/types.ts';
import type { PermissionOptions } from '../options.ts';
import { addSystemExports } from '../system/exports.ts';

/** The parts of an account's JWT that logins look at. */
export interface AccountFacts {
  readonly jwt: string;
  readonly claims: AccountClaims;
  /** Keys that may sign users; a scope limits what they may be. */
  readonly signers: ReadonlyMap<string, UserScope | null>;
  readonly defaultPermissions: PermissionOptions | null;
  /** Some imports could not be made; they are tried again when other accounts change. */
  incomplete: boolean;
  expiry: unknown;
}

export function factsOf(account: SharedAccount): AccountFacts | null {
  return account.claims as AccountFacts | null;
}

/** JWT permissions in the form of the options; null when there are none. */
export function permissionsOf(p: Permissions): PermissionOptions | null {
  const out: { -readonly [K in keyof PermissionOptions]: PermissionOptions[K] } = {};
  const { pub, sub, resp } = p;
  // An empty list of a JWT allows everything; an explicit one is never empty.
  const rules = (r: { allow: string[]; deny: string[] }) => ({
    ...(r.allow.length > 0 ? { allow: r.allow } : {}),
    ...(r.deny.length > 0 ? { deny: r.deny } : {}),
  });
  if (pub.allow.length > 0 || pub.deny.length > 0) out.publish = rules(pub);
  if (sub.allow.length > 0 || sub.deny.length > 0) out.subscribe = rules(sub);
  if (resp !== undefined) {
    const expires = resp.ttl === 0n ? 120_000 : resp.ttl < 0n ? -1 : Number(resp.ttl) / 1e6;
    out.responses = { max: Number(resp.max) || 1, expires };
    out.publish = { ...out.publish, allow: out.publish?.allow ?? [] };
  }
  return Object.keys(out).length === 0 ? null : out;
}

/** Activation tokens that were decoded and verified; null for those that are none. */
const activations = new Map<string, ActivationClaims | null>();
const MAX_ACTIVATIONS = 10_000;

/** Decodes the tokens of these imports, so that they can be checked at once later. */
export async function decodeActivations(imports: readonly Import[]): Promise<void> {
  for (const { token } of imports) {
    if (token === '' || activations.has(token)) continue;
    if (activations.size >= MAX_ACTIVATIONS) activations.clear();
    activations.set(token, await decodeAs(token, 'activation').catch(() => null));
  }
}

/** The rule by which `exporter` accepts activation tokens. */
export function activationCheck(srv: ServerState, exporter: SharedAccount, expired: () => void) {
  return (importer: SharedAccount, claim: ImportClaim | null, auth: ExportAuth): boolean => {
    const act = claim === null ? null : (activations.get(claim.token) ?? null);
    if (claim === null || act === null) return false;
    const now = Math.floor(srv.clock.now() / 1000);
    const issuer = act.nats.issuer_account === '' ? act.iss : act.nats.issuer_account;
    if (issuer !== exporter.name || act.sub !== importer.name || act.nats.kind !== claim.type) return false;
    if (act.nats.issuer_account !== '' && factsOf(exporter)?.signers.has(act.iss) !== true) return false;
    if (!isSubset(toBinary(claim.subject), toBinary(act.nats.subject))) return false;
    if (Number(act.nbf) > now) return false;
    if (act.exp !== 0) {
      if (Number(act.exp) <= now) return false;
      srv.clock.after((Number(act.exp) - now) * 1000, expired);
    }
    return auth.revoked === null || !isRevoked(auth.revoked as Map<string, number>, act.sub, act.iat);
  };
}

const RESPONSES: Record<string, ResponseType> = { Stream: 'stream', Chunked: 'chunked' };

function debug(srv: ServerState, text: string): void {
  if (srv.logger?.debug) srv.logger.log('debug', text);
}

/** Replaces exports, mappings and limits; needs no other account. */
export function applyOwn(srv: ServerState, account: SharedAccount, claims: AccountClaims): void {
  const { nats } = claims;
  const core = account.core!;
  account.streamExports.clear();
  account.serviceExports.clear();
  for (const e of nats.exports) {
    const subject = toBinary(e.subject);
    try {
      const auth = exportAuth(subject, undefined, Number(e.account_token_position), e.token_req);
      auth.revoked = e.revocations.size === 0 ? null : new Map([...e.revocations].map(([k, v]) => [k, Number(v)]));
      if (e.type === 'stream') addStreamExport(account, subject, auth);
      else if (e.type === 'service') {
        const made = addServiceExport(account, subject, auth, RESPONSES[e.response_type] ?? 'singleton');
        if (e.response_threshold > 0n) made.threshold = Number(e.response_threshold) / 1e6;
        made.allowTrace = e.allow_trace;
        if (e.service_latency !== undefined) {
          const { results, sampling } = e.service_latency;
          trackLatency(account, subject, {
            subject: toBinary(results),
            sampling: sampling === 'headers' ? 0 : sampling,
          });
        }
      }
    } catch (error) {
      if (!(error instanceof SharingError)) throw error;
      debug(srv, `Error adding ${e.type} export to account [${account.name}]: ${error.message}`);
    }
  }
  if (core === srv.systemAccount) addSystemExports(account);
  account.mappings = [];
  for (const [source, targets] of nats.mappings) {
    try {
      account.mappings.push(
        buildMapping(
          source,
          targets.map((t) => ({
            subject: t.subject,
            weight: weightOf(t),
            ...(t.cluster ? { cluster: t.cluster } : {}),
          })),
        ),
      );
    } catch (error) {
      if (!(error instanceof SharingError) && !(error instanceof TransformError)) throw error;
      debug(srv, `Error adding mapping to account [${account.name}]: ${error.message}`);
    }
  }
  const { limits } = nats;
  core.maxSubs = Number(limits.subs);
  core.maxPayload = Number(limits.payload);
  core.maxConnections = Number(limits.conn);
  account.trace =
    nats.trace === undefined ? null : { destination: nats.trace.dest, sampling: nats.trace.sampling || 100 };
}

/** Replaces imports. Returns the names of accounts whose imports could not be made. */
export function applyImports(
  srv: ServerState,
  account: SharedAccount,
  claims: AccountClaims,
  find: (name: string) => SharedAccount | null,
): string[] {
  for (const list of account.serviceImports.values()) {
    for (const si of list) if (si.claim !== null) unsubscribeImport(account, si);
  }
  for (const [from, list] of [...account.serviceImports]) {
    const kept = list.filter((si) => si.claim === null);
    if (kept.length === 0) account.serviceImports.delete(from);
    else account.serviceImports.set(from, kept);
  }
  account.streamImports = [];
  const missing: string[] = [];
  for (const i of claims.nats.imports) {
    const exporter = find(i.account);
    if (exporter === null) {
      srv.logger?.log('error', `Can't locate account [${i.account}] for import of [${i.subject}] ${i.type}`);
      missing.push(i.account);
      continue;
    }
    try {
      importOne(account, exporter, i);
    } catch (error) {
      if (!(error instanceof SharingError) && !(error instanceof TransformError)) throw error;
      debug(srv, `Error adding ${i.type} import to account [${account.name}]: ${error.message}`);
      missing.push(i.account);
    }
  }
  activate(srv, account);
  refreshShadows(account);
  return missing;
}

function importOne(account: SharedAccount, exporter: SharedAccount, i: Import): void {
  const subject = toBinary(i.subject);
  const local = toBinary(i.local_subject);
  const to = toBinary(i.to);
  if (i.type === 'stream') {
    const claim: ImportClaim = { token: i.token, share: false, type: 'stream', subject: i.subject };
    addStreamImport(account, exporter, {
      subject,
      claim,
      allowTrace: i.allow_trace,
      ...(local !== '' ? { to: local } : to !== '' ? { prefix: to } : {}),
    });
  } else if (i.type === 'service') {
    // Without a local subject the older form names the exporter's subject in `to`.
    const remote = local !== '' ? subject : to !== '' ? to : subject;
    const claim: ImportClaim = {
      token: i.token,
      share: i.share,
      type: 'service',
      subject: i.to !== '' ? i.to : i.subject,
    };
    addServiceImport(account, exporter, { from: local !== '' ? local : subject, to: remote, share: i.share, claim });
  }
}

/** After an account's exports changed: looks again at everything the other accounts import from it. */
export function recheckImporters(srv: ServerState, account: SharedAccount, all: Iterable<SharedAccount>): void {
  for (const other of all) {
    if (other === account) continue;
    let changed = false;
    for (const im of other.streamImports) {
      if (im.account !== account || im.claim === null) continue;
      const invalid = !mayImportStream(account, other, im.from, im.claim);
      changed ||= invalid !== im.invalid;
      im.invalid = invalid;
    }
    if (changed) refreshShadows(other);
    for (const list of other.serviceImports.values()) {
      for (const si of list) {
        if (si.account !== account || si.claim === null) continue;
        si.invalid = !mayImportService(account, other, si.to, si.claim);
        si.serviceExport = serviceExportFor(account, si.to);
        si.latency = si.serviceExport?.latency ?? null;
      }
    }
  }
  srv.flush();
}
