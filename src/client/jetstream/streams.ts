import { type JetStream, paged } from './api.ts';
import type { Int, Placement, StreamConfig, StreamInfo, StreamState } from './types.ts';

/** A stream name is one token of a subject; anything else would ask a different question. */
export function isName(name: string): boolean {
  return name !== '' && !/[\s.*>/\\\p{Cc}]/u.test(name);
}

export function createStream(js: JetStream, config: StreamConfig): Promise<StreamInfo & { did_create?: boolean }> {
  return js.request(`STREAM.CREATE.${config.name}`, config);
}

export function updateStream(js: JetStream, config: StreamConfig): Promise<StreamInfo> {
  return js.request(`STREAM.UPDATE.${config.name}`, config);
}

export interface InfoOptions {
  /** Fills `state.deleted`. */
  readonly deletedDetails?: boolean;
  /** Fills `state.subjects`, page by page. */
  readonly subjectsFilter?: string;
}

type PagedInfo = StreamInfo & { total: number; offset: number; limit: number };

/** Information about a stream; with a subjects filter all pages of subjects are collected. */
export async function streamInfo(js: JetStream, name: string, options: InfoOptions = {}): Promise<StreamInfo> {
  const body: Record<string, unknown> = {};
  if (options.deletedDetails) body['deleted_details'] = true;
  if (options.subjectsFilter !== undefined) body['subjects_filter'] = options.subjectsFilter;
  const asked = Object.keys(body).length > 0;
  const info = await js.request<PagedInfo>(`STREAM.INFO.${name}`, asked ? body : undefined);
  if (options.subjectsFilter === undefined) return info;
  const subjects: Record<string, Int> = { ...info.state.subjects };
  let seen = Object.keys(subjects).length;
  while (info.total > seen) {
    const next = await js.request<PagedInfo>(`STREAM.INFO.${name}`, { ...body, offset: seen });
    const more = Object.entries(next.state.subjects ?? {});
    if (more.length === 0) break;
    for (const [subject, count] of more) subjects[subject] = count;
    seen += more.length;
  }
  const { total: _t, offset: _o, limit: _l, ...rest } = info;
  return { ...rest, state: { ...info.state, subjects } };
}

export async function deleteStream(js: JetStream, name: string): Promise<void> {
  await js.request(`STREAM.DELETE.${name}`);
}

export interface PurgeOptions {
  /** Up to but not including. */
  readonly seq?: Int;
  readonly filter?: string;
  readonly keep?: Int;
}

export function purgeStream(
  js: JetStream,
  name: string,
  options: PurgeOptions = {},
): Promise<{ success: boolean; purged: Int }> {
  const body = Object.keys(options).length > 0 ? options : undefined;
  return js.request(`STREAM.PURGE.${name}`, body);
}

type Names = { streams: string[] | null; total: number; offset: number; limit: number };
type List = { streams: StreamInfo[] | null; missing?: string[]; total: number; offset: number; limit: number };

/** Names of all streams, or of those that carry a subject, in the server's order. */
export function streamNames(js: JetStream, subject?: string): AsyncGenerator<string> {
  return paged<Names, string>(js, 'STREAM.NAMES', subject ? { subject } : {}, (a) => a.streams);
}

/** All streams with configuration and state; `missing` collects those that did not answer in time. */
export async function* listStreams(js: JetStream, subject?: string, missing?: string[]): AsyncGenerator<StreamInfo> {
  yield* paged<List, StreamInfo>(js, 'STREAM.LIST', subject ? { subject } : {}, (a) => {
    for (const name of a.missing ?? []) if (!missing?.includes(name)) missing?.push(name);
    return a.streams;
  });
}

/** Erases one message; `keepBytes` skips overwriting it on disk. */
export async function deleteMessage(js: JetStream, stream: string, seq: Int, keepBytes = false): Promise<void> {
  await js.request(`STREAM.MSG.DELETE.${stream}`, { seq, ...(keepBytes ? { no_erase: true } : {}) });
}

export async function removeStreamPeer(js: JetStream, stream: string, peer: string): Promise<void> {
  await js.request(`STREAM.PEER.REMOVE.${stream}`, { peer });
}

export async function evacuateStreamPeer(js: JetStream, stream: string, peer: string): Promise<void> {
  await js.request(`STREAM.PEER.EVACUATE.${stream}`, { peer });
}

/** Asks the leader to hand over, to a preferred server when given. */
export async function streamStepDown(js: JetStream, stream: string, placement?: Placement): Promise<void> {
  await js.request(`STREAM.LEADER.STEPDOWN.${stream}`, placement ? { placement } : undefined);
}

/** An empty state: what a stream without messages has. */
export function hasMessages(state: StreamState): boolean {
  return BigInt(state.messages) > 0n;
}
