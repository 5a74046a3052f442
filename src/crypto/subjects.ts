import { once } from '#base/once.ts';
import { quote } from '#base/quote.ts';
import type { Issues } from './issues.ts';

/** Reports what is wrong with a subject in a claim: empty, blanks, dots at the ends or in a row. */
export function checkSubject(subject: string, issues: Issues): void {
  if (subject === '') {
    issues.error('subject cannot be empty');
    return;
  }
  if (subject.includes(' ')) issues.error(`subject ${quote(subject)} cannot have spaces`);
  if (subject.startsWith('.') || subject.endsWith('.')) {
    issues.error(`subject ${quote(subject)} cannot start or end with a \`.\``);
  }
  if (subject.includes('..')) issues.error(`subject ${quote(subject)} cannot contain consecutive \`.\``);
}

/** Whether a subject holds `*` or `>` as a token. */
export function hasWildcards(subject: string): boolean {
  return subject === '>' || subject.endsWith('.>') || subject.split('.').includes('*');
}

/** Whether every subject `inner` matches is matched by `outer` too. */
export function isContainedIn(inner: string, outer: string): boolean {
  const mine = inner.split('.');
  const theirs = outer.split('.');
  if (mine.length < theirs.length) return false;
  if (mine.length > theirs.length && theirs.at(-1) !== '>') return false;
  return theirs.every((token, i) => (i === theirs.length - 1 && token === '>') || token === mine[i] || token === '*');
}

const reference = once(() => /^\$([+-]?\d+)$/);

/** A local subject with its `$n` references as `*`: what it matches. */
export function referencesAsWildcards(subject: string): string {
  if (!subject.includes('$')) return subject;
  return subject
    .split('.')
    .map((token) => (reference().test(token) ? '*' : token))
    .join('.');
}

/** Reports what is wrong with the local subject of an import, against the exporter's subject. */
export function checkRenaming(local: string, from: string, issues: Issues): void {
  checkSubject(local, issues);
  if (from === '') issues.error('subject cannot be empty');
  if (local.includes(' ')) issues.error(`subject ${quote(local)} cannot have spaces`);
  const open = (subject: string) => subject === '>' || subject.endsWith('.>');
  if (open(local) !== open(from)) issues.error('both, renaming subject and subject, need to end or not end in >');
  const wildcards = from.split('.').filter((token) => token === '*').length;
  let used = 0;
  for (const token of local.split('.')) {
    if (token === '*') used++;
    const number = reference().exec(token)?.[1];
    if (number === undefined) continue;
    if (Number(number) <= wildcards) used++;
    else
      issues.error(`Reference $${Number(number)} in ${quote(local)} reference * in ${quote(from)} that do not exist`);
  }
  if (used !== wildcards) issues.error('subject does not contain enough * or reference wildcards $[0-9]');
}
