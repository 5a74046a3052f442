import { fail } from '#base/errors.ts';
import type { Json } from '#base/json64.ts';
import { quote } from '#base/quote.ts';
import { type ExportType, exportType, exportTypeName } from './activation.ts';
import { parseGoUrl } from './go-url.ts';
import type { Issues } from './issues.ts';
import { type Revocations, revocationsShape } from './revocations.ts';
import type { Int64 } from './shape.ts';
import {
  always,
  type Codec,
  type Fields,
  flag,
  nanos,
  number,
  type Open,
  optional,
  struct,
  text,
  uint,
} from './shape.ts';
import { checkSubject, hasWildcards, isContainedIn } from './subjects.ts';

/** Prose about an account or an export, and where more of it is. */
export interface Info {
  description: string;
  info_url: string;
}

/** Latency samples of a service. */
export interface ServiceLatency extends Open {
  /** Percent of the requests, or by the tracing headers of the request. */
  sampling: number | 'headers';
  /** Subject the samples go to. */
  results: string;
}

export interface Export extends Info, Open {
  name: string;
  subject: string;
  type: ExportType;
  /** Whether importing takes an activation token. */
  token_req: boolean;
  /** Revoked importing accounts. */
  revocations: Revocations;
  /** Singleton, Stream or Chunked; services only; empty is Singleton. */
  response_type: string;
  /** Nanoseconds a service may take. */
  response_threshold: bigint;
  service_latency?: ServiceLatency;
  /** Place, from 1, of the `*` that stands for the importing account's id. */
  account_token_position: Int64;
  advertise: boolean;
  allow_trace: boolean;
}

export const responseTypes = ['Singleton', 'Stream', 'Chunked'] as const;

const MAX_INFO = 8 * 1024;

const sampling: Codec<number | 'headers'> = {
  zero: () => 'headers',
  read(value: Json, at) {
    if (typeof value === 'string' && value.toLowerCase() === 'headers') return 'headers';
    const percent = number(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).read(value, at);
    return percent === 0 ? 'headers' : percent;
  },
  isEmpty: () => false,
  write(value) {
    if (value === 'headers') return '"headers"';
    if (value < 1 || value > 100) throw fail('error', 'unknown sampling rate', { hint: 'use 1 to 100 or headers' });
    return String(value);
  },
};

export const infoFields: Fields<Info> = { description: text, info_url: text };

export const exportShape: Codec<Export> = /* @__PURE__ */ struct<Export>(() => ({
  name: text,
  subject: text,
  type: exportType,
  token_req: flag,
  revocations: revocationsShape,
  response_type: text,
  response_threshold: nanos,
  service_latency: optional(struct<ServiceLatency>(() => ({ sampling, results: always(text) }))),
  account_token_position: uint,
  advertise: flag,
  allow_trace: flag,
  ...infoFields,
}));

/** An export with nothing but what is given. */
export function newExport(given: Partial<Export>): Export {
  return { ...exportShape.zero(), ...given };
}

/** What is wrong with an info URL; undefined when nothing is. */
function infoUrlProblem(url: string): string | undefined {
  const parsed = parseGoUrl(url);
  if ('error' in parsed) return parsed.error;
  return parsed.url.hostname === '' || parsed.url.scheme === '' ? 'no hostname or scheme' : undefined;
}

export function checkInfo(info: Info, issues: Issues): void {
  const bytes = (value: string) => Buffer.byteLength(value);
  if (bytes(info.description) > MAX_INFO) issues.error('Description is too long');
  if (info.info_url === '') return;
  if (bytes(info.info_url) > MAX_INFO) issues.error('Info URL is too long');
  const problem = infoUrlProblem(info.info_url);
  if (problem !== undefined) issues.error(`error parsing info url: ${problem}`);
}

function checkLatency(latency: ServiceLatency, issues: Issues): void {
  if (latency.sampling !== 'headers' && (latency.sampling < 1 || latency.sampling > 100)) {
    issues.error('sampling percentage needs to be between 1-100');
  }
  checkSubject(latency.results, issues);
  if (hasWildcards(latency.results)) issues.error('results subject can not contain wildcards');
}

function checkTokenPosition({ subject, account_token_position: place }: Export, issues: Issues): void {
  if (place === 0) return;
  if (!hasWildcards(subject)) {
    issues.error(`Account Token Position can only be used with wildcard subjects: ${subject}`);
    return;
  }
  const tokens = subject.split('.');
  const token = tokens[Number(place) - 1];
  if (token === undefined) issues.error(`Account Token Position ${place} exceeds length of subject '${subject}'`);
  else if (token !== '*') {
    issues.error(`Account Token Position ${place} matches '${token}' but must match a * in: ${subject}`);
  }
}

function checkExport(one: Export, issues: Issues): void {
  const service = one.type === 'service';
  if (one.type === '') issues.error(`invalid export type: ${quote(exportTypeName(one.type))}`);
  if (service && !['', ...responseTypes].includes(one.response_type)) {
    issues.error(`invalid response type for service: ${quote(one.response_type)}`);
  }
  if (one.type === 'stream') {
    if (one.response_type !== '') issues.error(`invalid response type for stream: ${quote(one.response_type)}`);
    if (one.allow_trace) issues.error('AllowTrace only valid for service export');
  }
  if (one.service_latency) {
    if (!service) issues.error('latency tracking only permitted for services');
    checkLatency(one.service_latency, issues);
  }
  if (one.response_threshold < 0n) issues.error('negative response threshold is invalid');
  if (one.response_threshold > 0n && !service) issues.error('response threshold only valid for services');
  checkSubject(one.subject, issues);
  checkTokenPosition(one, issues);
  checkInfo(one, issues);
}

/** Reports each subject that covers another export of the same kind, once. */
function checkOverlap(kind: string, subjects: readonly string[], issues: Issues): void {
  const covered = new Map<string, string>();
  for (const [i, inner] of subjects.entries()) {
    for (const [j, outer] of subjects.entries()) {
      if (i !== j && !covered.has(outer) && isContainedIn(inner, outer)) covered.set(outer, inner);
    }
  }
  for (const [outer, inner] of covered) {
    issues.error(`${kind} export subject ${quote(outer)} already exports ${quote(inner)}`);
  }
}

export function checkExports(list: readonly Export[], issues: Issues): void {
  for (const one of list) checkExport(one, issues);
  const subjects = (service: boolean) => list.filter((e) => (e.type === 'service') === service).map((e) => e.subject);
  checkOverlap('service', subjects(true), issues);
  checkOverlap('stream', subjects(false), issues);
}
