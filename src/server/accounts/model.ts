/**
 * What accounts export to and import from each other, and who is allowed to. Pure: nothing here subscribes or
 * delivers, so the same rules check a configuration and build a running server. Subjects are binary strings.
 */
import { collide, hasWildcard, isSubset, subsetTokens, validSubject } from '../config/subjects.ts';
import type { Account, Client } from '../core/types.ts';
import { createTransform, placeholders, reverse, type Transform, wildcards } from './transform.ts';

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

const MAX_DEPTH = 1024;

function serviceCycle(at: SharedAccount, from: string, visited: Set<string>): void {
  if (visited.size >= MAX_DEPTH) throw new SharingError('search cycle depth exhausted');
  for (const list of at.serviceImports.values()) {
    for (const si of list) {
      if (!collide(from, si.to)) continue;
      if (visited.has(si.account.name)) throw new SharingError('import forms a cycle');
      visited.add(at.name);
      serviceCycle(si.account, isSubset(si.from, from) ? si.from : from, visited);
    }
  }
}

function streamCycle(at: SharedAccount, to: string, visited: Set<string>): void {
  if (visited.size >= MAX_DEPTH) throw new SharingError('search cycle depth exhausted');
  const tokens = to.split('.');
  if (![...at.streamExports.keys()].some((s) => subsetTokens(tokens, s.split('.')))) return;
  for (const im of at.streamImports) {
    if (!collide(to, im.to)) continue;
    if (visited.has(im.account.name)) throw new SharingError('import forms a cycle');
    visited.add(at.name);
    streamCycle(im.account, isSubset(im.to, to) ? im.to : to, visited);
  }
}

export interface StreamImportFacts {
  readonly subject: string;
  readonly to?: string;
  readonly prefix?: string;
  readonly allowTrace?: boolean;
  readonly claim?: ImportClaim | null;
}

/** Imports a stream. Throws SharingError when that is not allowed or makes no sense. */
export function addStreamImport(
  account: SharedAccount,
  exporter: SharedAccount,
  facts: StreamImportFacts,
): StreamImport {
  const from = facts.subject;
  const claim = facts.claim ?? null;
  if (!mayImportStream(exporter, account, from, claim)) throw new SharingError('stream import not authorized');
  let to = facts.to || from;
  if (facts.prefix) {
    if (hasWildcard(facts.prefix)) throw new SharingError('stream import prefix can not contain wildcard tokens');
    to = (facts.prefix.endsWith('.') ? facts.prefix : `${facts.prefix}.`) + from;
  }
  streamCycle(exporter, to, new Set([account.name]));
  streamCycle(exporter, from, new Set([account.name]));
  let transform: Transform | null = null;
  let usePublished = false;
  if (hasWildcard(from)) {
    if (to === from) usePublished = true;
    else {
      try {
        transform = createTransform(from, placeholders(to), true);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new SharingError(
          `failed to create mapping transform for stream import subject from ${JSON.stringify(from)} to ${JSON.stringify(to)}: ${why}`,
        );
      }
      to = wildcards(to).subject;
    }
  }
  if (account.streamImports.some((i) => i.account === exporter && i.from === from)) {
    throw new SharingError('stream import already exists');
  }
  const made: StreamImport = {
    account: exporter,
    from,
    to,
    transform,
    back: null,
    usePublished,
    invalid: false,
    claim,
    allowTrace: facts.allowTrace === true,
  };
  account.streamImports.push(made);
  return made;
}

export interface ServiceImportFacts {
  /** Subject the importing account's clients use. */
  readonly from: string;
  /** Subject in the exporting account. */
  readonly to: string;
  readonly share?: boolean;
  readonly claim?: ImportClaim | null;
  /** The server's own imports need no permission. */
  readonly internal?: boolean;
}

/** Imports a service. Throws SharingError when that is not allowed or makes no sense. */
export function addServiceImport(
  account: SharedAccount,
  exporter: SharedAccount,
  facts: ServiceImportFacts,
): ServiceImport {
  let { from } = facts;
  let to = facts.to || from;
  const claim = facts.claim ?? null;
  if (!validSubject(from) || !validSubject(to)) throw new SharingError('invalid subject');
  if (facts.internal !== true && !mayImportService(exporter, account, to, claim)) {
    throw new SharingError('service import not authorized');
  }
  serviceCycle(exporter, hasWildcard(to) ? wildcards(from).subject : from, new Set([account.name]));
  const known = account.serviceImports.get(from)?.find((i) => i.account === exporter);
  if (known !== undefined) {
    throw new SharingError(
      `duplicate service import subject ${JSON.stringify(from)}, previously used in import for account ${JSON.stringify(exporter.name)}, subject ${JSON.stringify(known.to)}`,
    );
  }
  const exported = serviceExportFor(exporter, to);
  let transform: Transform | null = null;
  let usePublished = false;
  if (hasWildcard(to)) {
    if (to === from) usePublished = true;
    else {
      to = wildcards(to).subject;
      try {
        // Built backwards, so that placeholders stand only in the destination, then turned round.
        transform = reverse(createTransform(to, placeholders(from), true));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new SharingError(
          `failed to create mapping transform for service import subject from ${JSON.stringify(from)} to ${JSON.stringify(to)}: ${why}`,
        );
      }
      from = wildcards(from).subject;
    }
  }
  const made: ServiceImport = {
    account: exporter,
    from,
    to,
    transform,
    usePublished,
    serviceExport: exported,
    responseType: exported?.response ?? 'singleton',
    latency: exported?.latency ?? null,
    share: facts.share ?? claim?.share ?? false,
    invalid: false,
    claim,
    sid: '',
    isResponse: false,
    startedAt: 0,
    tracking: false,
    delivered: false,
    requester: null,
    trackingHeader: null,
  };
  const list = account.serviceImports.get(from);
  if (list === undefined) account.serviceImports.set(from, [made]);
  else list.push(made);
  return made;
}
