/**
 * What accounts export to and import from each other, and who is allowed to. Pure: nothing here subscribes or
 * delivers, so the same rules check a configuration and build a running server. Subjects are binary strings.
 */
import { hasWildcard, subsetTokens, validSubject } from '../config/subjects.ts';
import type { Account, Client } from '../core/types.ts';
import type { Transform } from './transform.ts';

export type ResponseType = 'singleton' | 'stream' | 'chunked';

/** Two minutes: how long a response to an exported service is waited for by default, in ms. */
export const DEFAULT_THRESHOLD = 120_000;

/** Who may import. Public when nothing is set. */
export interface ExportAuth {
  approved: Set<string> | null;
  /** An activation token is demanded. */
  tokenRequired: boolean;
  /** Position (from 1) of the token that must name the importing account. */
  accountPosition: number;
  /** Activations revoked, by account: epoch seconds. */
  revoked: ReadonlyMap<string, number> | null;
}

export interface Latency {
  readonly subject: string;
  readonly sampling: number;
}

export interface StreamExport {
  readonly subject: string;
  auth: ExportAuth;
}

export interface ServiceExport {
  readonly subject: string;
  readonly account: SharedAccount;
  auth: ExportAuth;
  response: ResponseType;
  threshold: number;
  latency: Latency | null;
  allowTrace: boolean;
  timer: unknown;
}

export interface StreamImport {
  readonly account: SharedAccount;
  readonly from: string;
  to: string;
  transform: Transform | null;
  /** Made when first needed. */
  back: Transform | null;
  /** `to` and `from` are the same wildcard: the published subject is kept. */
  usePublished: boolean;
  invalid: boolean;
  readonly claim: ImportClaim | null;
  allowTrace: boolean;
}

/** An import as an account JWT states it; `token` is the activation. */
export interface ImportClaim {
  readonly token: string;
  readonly share: boolean;
  readonly type: 'stream' | 'service';
  /** What the token has to cover, as text. */
  readonly subject: string;
}

export interface ServiceImport {
  /** Account the message goes to: the exporter, or for a response the requester's. */
  readonly account: SharedAccount;
  readonly from: string;
  readonly to: string;
  readonly transform: Transform | null;
  readonly usePublished: boolean;
  serviceExport: ServiceExport | null;
  responseType: ResponseType;
  latency: Latency | null;
  share: boolean;
  invalid: boolean;
  readonly claim: ImportClaim | null;
  sid: string;
  // Responses only.
  readonly isResponse: boolean;
  startedAt: number;
  tracking: boolean;
  delivered: boolean;
  requester: Client | null;
  trackingHeader: Record<string, string[]> | null;
}

export interface Destination {
  readonly transform: Transform;
  /** Upper end of this destination's share of 100. */
  upTo: number;
}

export interface Mapping {
  readonly source: string;
  readonly wild: boolean;
  readonly destinations: Destination[];
}

/** An account as sharing sees it. `core` is set once it runs in a server. */
export interface SharedAccount {
  readonly name: string;
  core: Account | null;
  nkey: string;
  readonly streamExports: Map<string, StreamExport>;
  readonly serviceExports: Map<string, ServiceExport>;
  streamImports: StreamImport[];
  readonly serviceImports: Map<string, ServiceImport[]>;
  /** Responses awaited by this account's services, by their generated reply subject. */
  readonly responses: Map<string, ServiceImport>;
  /** Reply subjects of requests this account's clients made through imports: where to forget them. */
  readonly awaited: Map<string, Map<string, SharedAccount>>;
  mappings: Mapping[];
  replyPrefix: string;
  internal: Client | null;
  nextSid: number;
  trace: { readonly destination: string; readonly sampling: number } | null;
  /** What the account's JWT says; null for configured accounts. */
  claims: unknown;
  /** Set while the account's JWT is expired. */
  expired: boolean;
  /** Checks an activation token; set in operator mode. */
  checkActivation: ((importer: SharedAccount, claim: ImportClaim | null, auth: ExportAuth) => boolean) | null;
}

/** Thrown for exports and imports that are not possible; the texts are those of nats-server's error values. */
export class SharingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SharingError';
  }
}

export function createShared(name: string): SharedAccount {
  return {
    name,
    core: null,
    nkey: '',
    streamExports: new Map(),
    serviceExports: new Map(),
    streamImports: [],
    serviceImports: new Map(),
    responses: new Map(),
    awaited: new Map(),
    mappings: [],
    replyPrefix: '',
    internal: null,
    nextSid: 0,
    trace: null,
    claims: null,
    expired: false,
    checkActivation: null,
  };
}

export function exportAuth(
  subject: string,
  accounts: readonly string[] | undefined,
  accountPosition = 0,
  tokenRequired = false,
): ExportAuth {
  if (accountPosition > 0 && subject.split('.')[accountPosition - 1] !== '*') throw new SharingError('invalid subject');
  return {
    approved: accounts === undefined ? null : new Set(accounts),
    tokenRequired,
    accountPosition,
    revoked: null,
  };
}

function authorised(
  exporter: SharedAccount,
  auth: ExportAuth,
  importer: SharedAccount,
  claim: ImportClaim | null,
  tokens: string[] | null,
): boolean {
  if (auth.accountPosition > 0) return tokens?.[auth.accountPosition - 1] === importer.name;
  if (auth.tokenRequired) return exporter.checkActivation?.(importer, claim, auth) ?? false;
  return auth.approved === null || auth.approved.size === 0 || auth.approved.has(importer.name);
}

function approved(
  exporter: SharedAccount,
  exports: ReadonlyMap<string, { auth: ExportAuth }>,
  importer: SharedAccount,
  subject: string,
  claim: ImportClaim | null,
): boolean {
  const direct = exports.get(subject);
  if (direct !== undefined) return authorised(exporter, direct.auth, importer, claim, null);
  const tokens = subject.split('.');
  for (const [pattern, e] of exports) {
    if (subsetTokens(tokens, pattern.split('.'))) return authorised(exporter, e.auth, importer, claim, tokens);
  }
  return false;
}

/** Whether `importer` may import this stream of `exporter`. */
export function mayImportStream(
  exporter: SharedAccount,
  importer: SharedAccount,
  subject: string,
  claim: ImportClaim | null,
): boolean {
  return validSubject(subject) && approved(exporter, exporter.streamExports, importer, subject, claim);
}

/** Whether `importer` may import this service of `exporter`. */
export function mayImportService(
  exporter: SharedAccount,
  importer: SharedAccount,
  subject: string,
  claim: ImportClaim | null,
): boolean {
  return validSubject(subject) && approved(exporter, exporter.serviceExports, importer, subject, claim);
}

/** A second export of a subject adds to the first; one that says nothing about who may import changes nothing in that. */
function joined(first: ExportAuth | undefined, auth: ExportAuth): ExportAuth {
  if (first === undefined) return auth;
  if (auth.approved === null && !auth.tokenRequired && auth.accountPosition === 0) return first;
  const approved = first.approved === null && auth.approved === null ? null : new Set(first.approved ?? []);
  for (const name of auth.approved ?? []) approved?.add(name);
  return { ...auth, approved, tokenRequired: first.tokenRequired || auth.tokenRequired };
}

export function addStreamExport(account: SharedAccount, subject: string, auth: ExportAuth): void {
  account.streamExports.set(subject, { subject, auth: joined(account.streamExports.get(subject)?.auth, auth) });
}

export function addServiceExport(
  account: SharedAccount,
  subject: string,
  auth: ExportAuth,
  response: ResponseType = 'singleton',
): ServiceExport {
  const first = account.serviceExports.get(subject);
  const made: ServiceExport = {
    subject,
    account,
    auth: joined(first?.auth, auth),
    response: response === 'singleton' ? (first?.response ?? response) : response,
    threshold: DEFAULT_THRESHOLD,
    latency: first?.latency ?? null,
    allowTrace: false,
    timer: null,
  };
  account.serviceExports.set(subject, made);
  return made;
}

/** The export that covers a subject. */
export function serviceExportFor(account: SharedAccount, subject: string): ServiceExport | null {
  const direct = account.serviceExports.get(subject);
  if (direct !== undefined) return direct;
  const tokens = subject.split('.');
  for (const [pattern, e] of account.serviceExports) if (subsetTokens(tokens, pattern.split('.'))) return e;
  return null;
}

/** Starts measuring a service; results go to `latency.subject` in the exporting account. */
export function trackLatency(account: SharedAccount, service: string, latency: Latency): void {
  if (!validSubject(latency.subject) || hasWildcard(latency.subject)) throw new SharingError('invalid publish subject');
  if (serviceExportFor(account, latency.subject) !== null) throw new SharingError('invalid publish subject');
  const found = account.serviceExports.get(service);
  if (found === undefined) throw new SharingError('service missing');
  if (found.response !== 'singleton') throw new SharingError('bad service response type');
  found.latency = latency;
}
