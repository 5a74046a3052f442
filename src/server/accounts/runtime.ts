/** Accounts at work: puts what the model says into the subject trees of a running server. */
import { isSubset, subsetTokens } from '../config/subjects.ts';
import { applyFlags } from '../core/handshake.ts';
import { createAccount } from '../core/state.ts';
import { dropShadows, makeSub, unsubscribe } from '../core/subs.ts';
import type { Account, ServerState, Sub } from '../core/types.ts';
import { subscribeInternal } from './internal.ts';
import { mapper } from './mapping.ts';
import type { ServiceImport, SharedAccount, StreamImport } from './model.ts';
import { interestLost, throughImport } from './service.ts';
import { reverse } from './transform.ts';

function subscribeImport(srv: ServerState, account: SharedAccount, si: ServiceImport): void {
  const sub = subscribeInternal(srv, account, si.from, (_sub, from, subject, f) =>
    throughImport(si, account, from, subject, f),
  );
  si.sid = sub.sid;
}

/** Takes a service import out of the tree. */
export function unsubscribeImport(account: SharedAccount, si: ServiceImport): void {
  const sub = account.internal?.subs.get(si.sid);
  if (sub !== undefined) unsubscribe(account.internal!, sub, true);
  si.sid = '';
}

/** The account of the server this one runs as, made if needed. */
export function coreAccount(srv: ServerState, name: string): Account {
  const known = srv.accounts.get(name);
  if (known !== undefined) return known;
  const made = createAccount(name);
  srv.accounts.set(name, made);
  srv.onAccount?.(made);
  return made;
}

/** Makes the account's imports and mappings effective; called again after they changed. */
export function activate(srv: ServerState, account: SharedAccount): void {
  const core = account.core!;
  core.more = account;
  core.mapSubject = mapper(account.mappings);
  core.onSubscribe = account.streamImports.length > 0 ? (sub) => addShadows(account, sub) : null;
  core.onUnsubscribe = account.serviceImports.size > 0 ? (sub) => lost(account, sub) : null;
  for (const list of account.serviceImports.values()) {
    for (const si of list) if (si.sid === '') subscribeImport(srv, account, si);
  }
  for (const c of core.clients) applyFlags(c);
}

function lost(account: SharedAccount, sub: Sub): void {
  const s = sub.subject;
  if (s.startsWith('_R_.') || s.startsWith('$JS.ACK.') || s.startsWith('_GR_.')) return;
  interestLost(account, s);
}

/** After the imports of streams changed: every subscription finds its shadows anew. */
export function refreshShadows(account: SharedAccount): void {
  for (const c of account.core?.clients ?? []) {
    for (const sub of c.subs.values()) {
      dropShadows(sub);
      if (account.streamImports.length > 0) addShadows(account, sub);
    }
  }
}

/** Copies a subscription into the accounts whose streams it wants, under the names they have there. */
function addShadows(account: SharedAccount, sub: Sub): void {
  if (sub.special !== null) return;
  const shadows: Sub[] = [];
  for (const im of account.streamImports) {
    if (im.invalid || im.account.core === null) continue;
    const subject = shadowSubject(sub.subject, im);
    if (subject === null) continue;
    const home = im.account.core;
    const shadow = makeSub(sub.client, subject, sub.queue, sub.sid, {
      rename: renamer(im),
      home,
      allowTrace: im.allowTrace,
    });
    if (home.sublist.insert(shadow)) shadows.push(shadow);
  }
  if (shadows.length > 0) sub.shadows = shadows;
}

function renamer(im: StreamImport): (subject: string) => string {
  const { transform, usePublished, to } = im;
  if (transform !== null) return (subject) => transform.apply(subject);
  return usePublished ? (subject) => subject : () => to;
}

/**
 * The subject in the exporting account that a subscription needs for an import: all of the import, or the part of
 * it that both have in common. Null when they have nothing in common.
 */
function shadowSubject(subject: string, im: StreamImport): string | null {
  const back = (s: string): string => {
    if (im.transform === null) return im.from;
    im.back ??= reverse(im.transform);
    return im.back.apply(s);
  };
  if (subject === im.to) return im.from;
  const tokens = subject.split('.');
  const target = im.to.split('.');
  if (subsetTokens(tokens, target)) {
    // Narrower than the import.
    return im.usePublished ? subject : back(subject);
  }
  if (!tokens.some((t) => t === '*') && tokens.at(-1) !== '>') return null;
  if (isSubset(im.to, subject)) return im.from;
  const common = [...tokens];
  for (const [i, t] of tokens.entries()) {
    if (i < target.length && t === '*' && target[i] !== '>') common[i] = target[i]!;
  }
  const last = common.length - 1;
  if (common[last] === '>' && target.length >= common.length) {
    common[last] = target[last]!;
    common.push(...target.slice(common.length));
  }
  if (!subsetTokens(common, target)) return null;
  const overlap = common.join('.');
  return im.transform === null ? overlap : back(overlap);
}
