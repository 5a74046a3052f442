// JetStream limits of an account: flat ones for all assets, or one set for each tier of replication (R1, R3).
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { type JetStreamLimits, noJetStream, type OperatorLimits } from '#crypto/limits.ts';
import type { Int64 } from '#crypto/shape.ts';
import { numberFlag } from '../numbers.ts';
import type { Report } from '../report.ts';

const size = 'such as 64MiB or 10G; -1 is unlimited';

export const jetStreamFlags = {
  'js-tier': { type: 'int', help: 'The tier the other flags are about: the number of replicas; 0 is all assets' },
  'rm-js-tier': { type: 'int', default: '-1', help: 'Remove the limits of this tier; 0 is all assets' },
  'js-mem-storage': { type: 'number', help: `Memory for streams, ${size}, 0 disabled` },
  'js-disk-storage': { type: 'number', help: `Disk for streams, ${size}, 0 disabled` },
  'js-streams': { type: 'number', default: '-1', help: 'Number of streams; -1 is unlimited' },
  'js-consumer': { type: 'number', default: '-1', help: 'Number of consumers; -1 is unlimited' },
  'js-max-mem-stream': { type: 'number', default: '-1', help: `Size of one memory stream, ${size}` },
  'js-max-disk-stream': { type: 'number', default: '-1', help: `Size of one file stream, ${size}` },
  'js-max-bytes-required': { type: 'bool', help: 'Refuse streams without a maximum size' },
  'js-max-ack-pending': {
    type: 'number',
    default: '-1',
    help: 'Number of pending acknowledgements a consumer may ask for; -1 leaves it to the consumer',
  },
  'js-disable': { type: 'bool', help: 'Remove all JetStream limits, which disables JetStream' },
  'js-enable': { type: 'int', default: '-1', help: 'Enable JetStream without limits for this tier; 0 is all assets' },
  'mem-storage': {
    type: 'number',
    default: '0',
    hidden: true,
    deprecatedFor: 'js-mem-storage',
    advice: 'it got renamed to --js-mem-storage',
    help: 'The old name of --js-mem-storage',
  },
  'disk-storage': {
    type: 'number',
    default: '0',
    hidden: true,
    deprecatedFor: 'js-disk-storage',
    advice: 'it got renamed to --js-disk-storage',
    help: 'The old name of --js-disk-storage',
  },
  streams: {
    type: 'number',
    default: '-1',
    hidden: true,
    deprecatedFor: 'js-streams',
    advice: 'it got renamed to --js-streams',
    help: 'The old name of --js-streams',
  },
  consumer: {
    type: 'number',
    default: '-1',
    hidden: true,
    deprecatedFor: 'js-consumer',
    advice: 'it got renamed to --js-consumer',
    help: 'The old name of --js-consumer',
  },
} as const satisfies FlagSpecs;

/** One limit: its field, its flags, the words of the report, and what it is when nothing was ever set. */
const fields = [
  ['streams', 'js-streams', 'streams', 'max streams', -1],
  ['consumer', 'js-consumer', 'consumer', 'max consumer', -1],
  ['mem_storage', 'js-mem-storage', 'mem-storage', 'max mem storage', 0],
  ['mem_max_stream_bytes', 'js-max-mem-stream', undefined, 'max memory stream', -1],
  ['disk_storage', 'js-disk-storage', 'disk-storage', 'max disk storage', 0],
  ['disk_max_stream_bytes', 'js-max-disk-stream', undefined, 'max disk stream', -1],
  ['max_ack_pending', 'js-max-ack-pending', undefined, 'max ack pending', -1],
] as const;

type FlagName = keyof typeof jetStreamFlags;

/** The JetStream flags as given. */
export interface JetStreamEdit {
  readonly tier: number;
  readonly remove: number | undefined;
  readonly enable: number | undefined;
  readonly disable: boolean;
  /** Whether a limit was given. */
  readonly limits: boolean;
  readonly given: ReadonlyMap<string, { readonly value: Int64; readonly old: boolean }>;
  readonly bytesRequired: boolean | undefined;
}

type Values = { readonly [K in FlagName]?: string | number | boolean | undefined };

/** Reads the JetStream flags; fails with usage for those that exclude each other. */
export function readJetStream(flags: Values, isSet: (name: FlagName) => boolean): JetStreamEdit {
  const given = new Map<string, { value: Int64; old: boolean }>();
  for (const [field, flag, old] of fields) {
    const name = isSet(flag) ? flag : old !== undefined && isSet(old) ? old : undefined;
    if (name === undefined) continue;
    given.set(field, { value: numberFlag(name, String(flags[name])) as Int64, old: name === old });
  }
  const bytesRequired = isSet('js-max-bytes-required') ? flags['js-max-bytes-required'] === true : undefined;
  const limits = bytesRequired !== undefined || isSet('js-tier') || [...given.values()].some((g) => !g.old);
  const number = (name: FlagName) => (isSet(name) && Number(flags[name]) >= 0 ? Number(flags[name]) : undefined);
  const [remove, enable] = [number('rm-js-tier'), number('js-enable')];
  const disable = flags['js-disable'] === true;
  if (remove !== undefined && (limits || enable !== undefined)) {
    throw fail('usage', 'rm-js-tier is exclusive of all other js options');
  }
  if (disable && (limits || enable !== undefined || remove !== undefined)) {
    throw fail('usage', 'js-disable is exclusive of all other js options');
  }
  if (enable !== undefined && limits) throw fail('usage', 'js-enable is exclusive of all other js options');
  const tier = Number(flags['js-tier'] ?? 0);
  if (tier < 0) throw fail('usage', 'js-tier must be 0 or more');
  return { tier, remove, enable, disable, limits, given, bytesRequired };
}

export function hasLimits(limits: JetStreamLimits): boolean {
  return fields.some(([field]) => limits[field] !== 0) || limits.max_bytes_required;
}

const tierName = (tier: number) => `R${tier}`;

function limitsOf(limits: OperatorLimits, tier: number): JetStreamLimits {
  if (tier === 0) return limits;
  return limits.tiered_limits.get(tierName(tier)) ?? noJetStream();
}

/** What is in the way of these limits on a system account: it may have none. Fails with usage. */
export function refuseSystemLimits(edit: JetStreamEdit, limits: OperatorLimits): void {
  if (edit.disable || edit.remove !== undefined) return;
  if (limits.tiered_limits.size > 0 || edit.enable !== undefined) {
    throw fail('usage', 'system account cannot have JetStream limits - please rerun with --js-disable');
  }
  const wrong = [
    ...(edit.tier !== 0 ? ['--js-tier'] : []),
    ...fields.flatMap(([field, flag]) => ((edit.given.get(field)?.value ?? limits[field]) > 0 ? [`--${flag}`] : [])),
    ...(edit.bytesRequired ? ['--js-max-bytes-required'] : []),
  ];
  if (wrong.length > 0) {
    throw fail(
      'usage',
      `system account cannot have jetstream related settings - please rerun without: ${wrong.join(' ')}`,
    );
  }
}

/** Applies the flags to an account's limits. `system` accounts keep none. */
export function editJetStream(account: AccountClaims, edit: JetStreamEdit, system: boolean, report: Report): void {
  const { limits } = account.nats;
  const tiers = [...limits.tiered_limits.keys()].sort();
  if (edit.remove !== undefined) {
    removeTier(limits, edit.remove, report);
    return;
  }
  refuseMixedLimits(limits, edit, tiers);
  if (edit.disable) {
    Object.assign(limits, noJetStream());
    report.ok('deleted global limit');
    for (const tier of tiers) report.ok(`deleted tier limit ${tier}`);
    limits.tiered_limits.clear();
  } else if (edit.enable !== undefined) enableTier(limits, edit.enable, report);
  else if (system) Object.assign(limits, noJetStream());
  else setLimits(limits, edit, report);
}

function refuseMixedLimits(limits: OperatorLimits, edit: JetStreamEdit, tiers: readonly string[]): void {
  if (!edit.limits) return;
  if (tiers.length > 0 && edit.tier === 0) {
    throw fail(
      'usage',
      `cannot set a jetstream global limit when a configuration has tiered limits '${tiers.join(',')}'`,
    );
  }
  if (edit.tier > 0 && hasLimits(limits)) {
    throw fail('usage', 'cannot set a jetstream tier limit when a configuration has a global limit');
  }
}

function removeTier(limits: OperatorLimits, tier: number, report: Report): void {
  if (tier === 0) {
    Object.assign(limits, noJetStream());
    report.ok('deleted global limit');
    return;
  }
  if (limits.tiered_limits.size === 0) throw fail('not-found', "account doesn't have tier limits");
  if (!limits.tiered_limits.delete(tierName(tier))) {
    throw fail('not-found', `account doesn't have tier ${tierName(tier)} limit`);
  }
  report.ok(`deleted tier limit ${tierName(tier)}`);
}

function enableTier(limits: OperatorLimits, tier: number, report: Report): void {
  const label = tier === 0 ? 'global' : tierName(tier);
  if (hasLimits(limitsOf(limits, tier))) throw fail('conflict', `jetstream tier ${label} is already enabled`);
  if (tier === 0 ? limits.tiered_limits.size > 0 : hasLimits(limits)) {
    throw fail('usage', 'jetstream limits are either global or by tier', {
      hint: 'remove the others with --rm-js-tier',
    });
  }
  const open = { ...noJetStream(), disk_storage: -1, mem_storage: -1 };
  if (tier === 0) {
    Object.assign(limits, open);
    report.ok('enabled global limit');
    return;
  }
  limits.tiered_limits.set(label, open);
  report.ok(`enabled tier limit ${label}`);
}

function setLimits(limits: OperatorLimits, edit: JetStreamEdit, report: Report): void {
  const label = edit.tier === 0 ? 'global' : tierName(edit.tier);
  const held = limitsOf(limits, edit.tier);
  const fresh = !hasLimits(held);
  // Tiers are what counts where there are any: global limits beside them would only be dropped by readers.
  if (edit.tier === 0 && limits.tiered_limits.size > 0) return;
  const next: JetStreamLimits = { ...noJetStream(), max_bytes_required: edit.bytesRequired ?? held.max_bytes_required };
  for (const [field, , , words, unset] of fields) {
    const given = edit.given.get(field);
    next[field] = given?.value ?? (fresh ? unset : held[field]);
    if (given && !given.old) report.ok(`changed ${label} ${words} to ${given.value}`);
  }
  if (edit.bytesRequired !== undefined) report.ok(`changed ${label} max bytes required to ${edit.bytesRequired}`);
  if (edit.tier === 0) Object.assign(limits, next);
  else limits.tiered_limits.set(label, next);
}
