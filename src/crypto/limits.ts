import type { Issues } from './issues.ts';
import { type NatsLimits, NO_LIMIT, natsLimitFields } from './permissions.ts';
import type { Int64 } from './shape.ts';
import { type Codec, type Fields, flag, int, map, type Open, struct } from './shape.ts';

export interface AccountLimits {
  imports: Int64;
  exports: Int64;
  /** Whether exports may hold wildcards. */
  wildcards: boolean;
  disallow_bearer: boolean;
  conn: Int64;
  leaf: Int64;
}

/** JetStream limits of an account, or of one of its tiers. Disabled while memory and disk are both 0. */
export interface JetStreamLimits {
  /** Bytes, -1 unlimited, 0 disabled; so is disk. */
  mem_storage: Int64;
  disk_storage: Int64;
  streams: Int64;
  consumer: Int64;
  max_ack_pending: Int64;
  /** Bytes of one stream; 0 and -1 unlimited. */
  mem_max_stream_bytes: Int64;
  disk_max_stream_bytes: Int64;
  max_bytes_required: boolean;
}

/** JetStream limits that stand alone: one tier. */
export interface TierLimits extends JetStreamLimits, Open {}

/** The `limits` of an account token. Flat and tiered JetStream limits exclude each other. */
export interface OperatorLimits extends NatsLimits, AccountLimits, JetStreamLimits, Open {
  /** By tier: R1, R3. */
  tiered_limits: Map<string, TierLimits>;
}

const accountFields: Fields<AccountLimits> = {
  imports: int,
  exports: int,
  wildcards: flag,
  disallow_bearer: flag,
  conn: int,
  leaf: int,
};

const jetStreamFields: Fields<JetStreamLimits> = {
  mem_storage: int,
  disk_storage: int,
  streams: int,
  consumer: int,
  max_ack_pending: int,
  mem_max_stream_bytes: int,
  disk_max_stream_bytes: int,
  max_bytes_required: flag,
};

const tier = /* @__PURE__ */ struct<TierLimits>(() => jetStreamFields);

export const operatorLimitsShape: Codec<OperatorLimits> = /* @__PURE__ */ (() => {
  const shape = struct<OperatorLimits>(() => ({
    ...natsLimitFields,
    ...accountFields,
    ...jetStreamFields,
    tiered_limits: map(tier),
  }));
  return {
    ...shape,
    read(value, at) {
      const limits = shape.read(value, at);
      // Where both are given the tiers win, as in the original.
      if (limits.tiered_limits.size > 0) Object.assign(limits, noJetStream());
      return limits;
    },
  };
})();

/** JetStream disabled. */
export function noJetStream(): JetStreamLimits {
  return {
    mem_storage: 0,
    disk_storage: 0,
    streams: 0,
    consumer: 0,
    max_ack_pending: 0,
    mem_max_stream_bytes: 0,
    disk_max_stream_bytes: 0,
    max_bytes_required: false,
  };
}

/** What a new account has: everything unlimited, JetStream disabled. */
export function newAccountLimits(): OperatorLimits {
  return {
    subs: NO_LIMIT,
    data: NO_LIMIT,
    payload: NO_LIMIT,
    imports: NO_LIMIT,
    exports: NO_LIMIT,
    wildcards: true,
    disallow_bearer: false,
    conn: NO_LIMIT,
    leaf: NO_LIMIT,
    ...noJetStream(),
    tiered_limits: new Map(),
  };
}

function isZero(limits: object, fields: object): boolean {
  return Object.keys(fields).every((key) => {
    const value = (limits as Record<string, unknown>)[key];
    return value === 0 || value === 0n || value === false || value === undefined;
  });
}

/** Whether all limits are 0, false or missing: a token that says nothing about limits. */
export function areLimitsEmpty(limits: OperatorLimits): boolean {
  return (
    isZero(limits, { ...natsLimitFields, ...accountFields, ...jetStreamFields }) && limits.tiered_limits.size === 0
  );
}

export function isJetStreamEnabled(limits: OperatorLimits): boolean {
  const all: Iterable<JetStreamLimits> = limits.tiered_limits.size > 0 ? limits.tiered_limits.values() : [limits];
  for (const one of all) if (one.mem_storage !== 0 || one.disk_storage !== 0) return true;
  return false;
}

/** Whether nothing about connections, messages, imports and exports is limited. */
export function areNatsLimitsUnlimited(limits: NatsLimits): boolean {
  return limits.subs === NO_LIMIT && limits.data === NO_LIMIT && limits.payload === NO_LIMIT;
}

/** Whether JetStream is enabled without any limit. */
export function isJetStreamUnlimited(limits: JetStreamLimits): boolean {
  const totals = [limits.mem_storage, limits.disk_storage, limits.streams, limits.consumer];
  const perStream = [limits.max_ack_pending, limits.mem_max_stream_bytes, limits.disk_max_stream_bytes];
  return totals.every((n) => n === NO_LIMIT) && perStream.every((n) => n <= 0) && !limits.max_bytes_required;
}

export function checkLimits(limits: OperatorLimits, issues: Issues): void {
  if (limits.tiered_limits.size === 0) return;
  if (!isZero(limits, jetStreamFields)) {
    issues.error('JetStream Limits and tiered JetStream Limits are mutually exclusive');
  }
  if (limits.tiered_limits.has('')) issues.error('Tiered JetStream Limits can not contain a blank "" tier name');
}
