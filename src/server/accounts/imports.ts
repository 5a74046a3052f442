/** How an account imports streams and services of others: what is allowed, what would go round in circles. Pure, as model.ts. */
import { collide, hasWildcard, isSubset, subsetTokens, validSubject } from '../config/subjects.ts';
import {
  type ImportClaim,
  mayImportService,
  mayImportStream,
  type ServiceImport,
  type SharedAccount,
  SharingError,
  type StreamImport,
  serviceExportFor,
} from './model.ts';
import { createTransform, placeholders, reverse, type Transform, wildcards } from './transform.ts';

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
