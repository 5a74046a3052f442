// The limits of an account: flags of add and edit, the questions they leave open, and what they change.
import { fail } from '#base/errors.ts';
import { parseBytes } from '#base/size.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { isJetStreamEnabled, noJetStream, type OperatorLimits } from '#crypto/limits.ts';
import { type Int64, int64 } from '#crypto/shape.ts';
import type { Runtime } from '#runtime/runtime.ts';

export const limitFlags = {
  bearer: { type: 'bool', negatable: true, help: 'Let users log in with a bearer token alone' },
  connections: { type: 'int64', default: '-1', help: 'Most connections, -1 for no limit' },
  expiry: { type: 'duration', placeholder: 'DURATION', help: 'How long the account is valid from now' },
  exports: { type: 'int64', default: '-1', help: 'Most exports' },
  imports: { type: 'int64', default: '-1', help: 'Most imports' },
  jetstream: { type: 'bool', negatable: true, help: 'Let it use JetStream' },
  'js-consumers': { type: 'int64', default: '-1', help: 'Most consumers of a stream' },
  'js-disk': { type: 'string', placeholder: 'BYTES', help: 'Disk for its streams, -1 for no limit' },
  'js-disk-stream': { type: 'string', placeholder: 'BYTES', default: '-1', help: 'Largest size of one stream on disk' },
  'js-max-pending': { type: 'int64', placeholder: 'MESSAGES', help: 'Most messages a consumer has out unacknowledged' },
  'js-memory': { type: 'string', placeholder: 'BYTES', help: 'Memory for its streams, -1 for no limit' },
  'js-memory-stream': {
    type: 'string',
    placeholder: 'BYTES',
    default: '-1',
    help: 'Largest size of one stream in memory',
  },
  'js-stream-size-required': { type: 'bool', help: 'Every stream must say how large it may become' },
  'js-streams': { type: 'int64', default: '-1', help: 'Most streams' },
  'js-cluster-traffic': {
    type: 'enum',
    enum: ['owner', 'system'],
    placeholder: 'ACCOUNT',
    help: 'The account that carries the traffic between replicas',
  },
  leafnodes: { type: 'int64', default: '-1', help: 'Most leaf node connections' },
  payload: { type: 'string', placeholder: 'BYTES', default: '-1', help: 'Largest message' },
  subscriptions: { type: 'int64', default: '-1', help: 'Most subscriptions' },
} as const satisfies FlagSpecs;

export type LimitValues = ValuesOf<typeof limitFlags>;
type Given = (name: keyof LimitValues) => boolean;

const bytes = (text: string): Int64 => int64(parseBytes(text));

/** Sets what was given; `add` takes the defaults for the rest. Asks for the storage JetStream needs. */
export async function applyLimits(
  runtime: Runtime,
  claims: AccountClaims,
  flags: LimitValues,
  given: Given,
  add: boolean,
): Promise<void> {
  const { nats } = claims;
  const { limits } = nats;
  const wanted = (name: keyof LimitValues) => add || given(name);
  if (wanted('connections')) limits.conn = int64(flags.connections);
  if (wanted('subscriptions')) limits.subs = int64(flags.subscriptions);
  if (wanted('payload')) limits.payload = bytes(flags.payload);
  if (wanted('leafnodes')) limits.leaf = int64(flags.leafnodes);
  if (wanted('exports')) limits.exports = int64(flags.exports);
  if (wanted('imports')) limits.imports = int64(flags.imports);
  if (wanted('bearer')) limits.disallow_bearer = !flags.bearer;
  await applyJetStream(runtime, limits, flags, given);
  const { expiry } = flags;
  if (expiry !== undefined && expiry > 0n) {
    claims.exp = Number((runtime.clock.now() + expiry) / 1_000_000_000n);
  }
  const traffic = flags['js-cluster-traffic'];
  if (traffic !== undefined) nats.cluster_traffic = traffic;
}

async function applyJetStream(
  runtime: Runtime,
  limits: OperatorLimits,
  flags: LimitValues,
  given: Given,
): Promise<void> {
  const enabled = isJetStreamEnabled(limits);
  if (given('jetstream') && !flags.jetstream) {
    Object.assign(limits, noJetStream());
    limits.tiered_limits.clear();
    return;
  }
  const settings = Object.keys(limitFlags).filter((name) => name.startsWith('js-') && name !== 'js-cluster-traffic');
  const asked = settings.filter((name) => given(name as keyof LimitValues));
  if (!enabled && !flags.jetstream) {
    if (asked.length > 0) runtime.err.line(`JetStream is off: --${asked.join(', --')} need --jetstream`);
    return;
  }
  if (limits.tiered_limits.size > 0) {
    if (asked.length === 0) return;
    throw fail('conflict', 'the account has JetStream limits by tier, which exclude those of these flags', {
      hint: 'change them with "nsc edit account --js-tier N", or turn JetStream off and on',
    });
  }
  const [disk, memory] = [flags['js-disk'], flags['js-memory']];
  if (disk !== undefined) limits.disk_storage = bytes(disk);
  else if (!enabled)
    limits.disk_storage = await askBytes(runtime, 'Maximum JetStream Disk Storage', '1GB', '--js-disk');
  if (memory !== undefined) limits.mem_storage = bytes(memory);
  else if (!enabled)
    limits.mem_storage = await askBytes(runtime, 'Maximum JetStream Memory Storage', '1GB', '--js-memory');
  const first = !enabled;
  if (first || given('js-streams')) limits.streams = int64(flags['js-streams']);
  if (first || given('js-consumers')) limits.consumer = int64(flags['js-consumers']);
  if (first || given('js-stream-size-required')) limits.max_bytes_required = flags['js-stream-size-required'];
  if (first || given('js-max-pending')) limits.max_ack_pending = int64(flags['js-max-pending'] ?? 0n);
  if (given('js-disk-stream')) limits.disk_max_stream_bytes = perStream(flags['js-disk-stream']);
  if (given('js-memory-stream')) limits.mem_max_stream_bytes = perStream(flags['js-memory-stream']);
}

/** No limit is written as 0: the field is left out. */
function perStream(text: string): Int64 {
  const size = bytes(text);
  return size === -1 ? 0 : size;
}

async function askBytes(runtime: Runtime, message: string, fallback: string, flag: string): Promise<Int64> {
  const answer = await (await runtime.prompts()).input({
    message,
    default: fallback,
    help: `How much the account may use; set it with ${flag}`,
    flag,
    noTerminal: 'cannot ask for confirmation without a terminal',
    validate: (text) => problem(() => bytes(text)),
  });
  return bytes(answer);
}

/** Asks for a whole number; -1 is no limit. */
export async function askCount(runtime: Runtime, message: string, help: string, flag: string): Promise<bigint> {
  const answer = await (await runtime.prompts()).input({
    message,
    default: '-1',
    help,
    flag: `${flag} or --defaults`,
    noTerminal: 'cannot ask for confirmation without a terminal',
    validate: (text) => (/^-?\d+$/.test(text) ? undefined : 'a whole number is needed'),
  });
  return BigInt(answer);
}

function problem(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
