// Limits of an account on connections, messages and sharing.
import type { FlagSpecs } from '#cli/spec.ts';
import type { OperatorLimits } from '#crypto/limits.ts';
import type { Int64 } from '#crypto/shape.ts';
import { numberFlag } from '../numbers.ts';
import type { Report } from '../report.ts';

const unlimited = '-1 is unlimited';

export const limitFlags = {
  conns: { type: 'number', default: '-1', help: `Connections; ${unlimited}` },
  'leaf-conns': { type: 'number', help: `Leaf node connections; ${unlimited}, 0 allows none` },
  data: { type: 'number', default: '-1', help: `Bytes; ${unlimited}` },
  exports: { type: 'number', default: '-1', help: `Exports; ${unlimited}` },
  imports: { type: 'number', default: '-1', help: `Imports; ${unlimited}` },
  payload: { type: 'number', default: '-1', help: `Bytes of one message; ${unlimited}` },
  subscriptions: { type: 'number', default: '-1', help: `Subscriptions; ${unlimited}` },
  'wildcard-exports': {
    type: 'bool',
    default: 'true',
    help: 'Whether exports may have wildcards; every edit without this flag allows them',
  },
  'disallow-bearer': {
    type: 'bool',
    help: 'Refuse users with bearer tokens; every edit without this flag allows them',
  },
} as const satisfies FlagSpecs;

type LimitName = keyof typeof limitFlags;

const numbers = [
  ['conn', 'conns', (n: Int64) => `changed max connections to ${n}`],
  ['leaf', 'leaf-conns', (n: Int64) => `changed leaf node connections to ${n}`],
  ['data', 'data', (n: Int64) => `changed max data to ${n} bytes`],
  ['exports', 'exports', (n: Int64) => `changed max exports to ${n}`],
  ['imports', 'imports', (n: Int64) => `changed max imports to ${n}`],
  ['payload', 'payload', (n: Int64) => `changed max payload size to ${n}`],
  ['subs', 'subscriptions', (n: Int64) => `changed max subscriptions to ${n}`],
] as const;

/** The limits given, by field. */
export interface LimitEdit {
  readonly numbers: ReadonlyMap<string, Int64>;
  readonly wildcards: boolean;
  readonly wildcardsGiven: boolean;
  readonly disallowBearer: boolean;
  readonly disallowBearerGiven: boolean;
}

/** Reads the flags; fails with usage for what is no number. */
export function readLimits(
  flags: { readonly [K in LimitName]: string | boolean | undefined },
  isSet: (name: LimitName) => boolean,
): LimitEdit {
  const given = new Map<string, Int64>();
  for (const [field, flag] of numbers) {
    if (isSet(flag)) given.set(field, numberFlag(flag, flags[flag] as string) as Int64);
  }
  return {
    numbers: given,
    wildcards: flags['wildcard-exports'] === true,
    wildcardsGiven: isSet('wildcard-exports'),
    disallowBearer: flags['disallow-bearer'] === true,
    disallowBearerGiven: isSet('disallow-bearer'),
  };
}

/**
 * Applies the limits. As in the original the two switches go back to their defaults in every edit that does not give
 * them; that is at least told.
 */
export function editLimits(limits: OperatorLimits, edit: LimitEdit, report: Report): void {
  for (const [field, , words] of numbers) {
    const value = edit.numbers.get(field);
    if (value === undefined) continue;
    limits[field] = value;
    report.ok(words(value));
  }
  if (edit.wildcardsGiven) report.ok(`changed wild card exports to ${edit.wildcards}`);
  else if (!limits.wildcards)
    report.warn('exports may have wildcards again, as --wildcard-exports=false was not given');
  limits.wildcards = edit.wildcards;
  if (edit.disallowBearerGiven) report.ok(`changed disallow bearer to ${edit.disallowBearer}`);
  else if (limits.disallow_bearer) report.warn('bearer tokens are allowed again, as --disallow-bearer was not given');
  limits.disallow_bearer = edit.disallowBearer;
}
