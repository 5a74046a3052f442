import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { newIssues } from '#crypto/issues.ts';
import { checkSubject, hasWildcards } from '#crypto/subjects.ts';
import { numberFlag } from '../numbers.ts';
import type { Report } from '../report.ts';

export const traceFlags = {
  'trace-context-subject': {
    type: 'string',
    default: 'trace.messages',
    help: 'Subject that gets traces of messages with a W3C trace context; an empty one stops tracing',
  },
  'trace-context-sampling': { type: 'number', help: 'Percent of those messages that are traced, 1 to 100; 0 is 100' },
} as const satisfies FlagSpecs;

/** What was given; undefined where nothing was. */
export interface TraceEdit {
  readonly subject: string | undefined;
  readonly sampling: number | undefined;
}

type TraceName = keyof typeof traceFlags;

/** Reads and checks the flags; fails with usage. */
export function readTrace(
  flags: { readonly [K in TraceName]: string | undefined },
  isSet: (name: TraceName) => boolean,
): TraceEdit {
  const subject = isSet('trace-context-subject') ? (flags['trace-context-subject'] ?? '') : undefined;
  const sampling = isSet('trace-context-sampling')
    ? Number(numberFlag('trace-context-sampling', flags['trace-context-sampling']))
    : undefined;
  if (subject) {
    const issues = newIssues();
    checkSubject(subject, issues);
    if (issues.list[0]) throw fail('usage', issues.list[0].text);
    if (hasWildcards(subject)) throw fail('usage', `tracing subjects cannot contain wildcards: ${quote(subject)}`);
  }
  if (sampling !== undefined && (sampling < 0 || sampling > 100)) {
    throw fail('usage', 'tracing sampling rate must be between 1-100');
  }
  return { subject, sampling };
}

export function editTrace(account: AccountClaims, edit: TraceEdit, report: Report): void {
  const { nats } = account;
  if (edit.subject === '') {
    if (edit.sampling !== undefined) {
      throw fail('usage', 'cannot set context sampling rate when disabling the trace context');
    }
    delete nats.trace;
    report.ok('disabled trace context');
  } else if (edit.subject !== undefined) {
    nats.trace = { dest: edit.subject, sampling: 0 };
    report.ok(`changed trace context subject to ${quote(edit.subject)}`);
  }
  if (edit.sampling === undefined) return;
  if (!nats.trace?.dest) throw fail('usage', 'trace-context-sampling requires a subject');
  nats.trace.sampling = edit.sampling;
  report.ok(`changed trace context sampling to ${edit.sampling}%`);
}
