// A new configuration from flags, defaults and, on a terminal, questions.
import { parseDuration } from '#base/duration.ts';
import { during, fail, messageOf } from '#base/errors.ts';
import type { ConsumerConfig, Nanos } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import {
  backoffOf,
  type CreateValues,
  heartbeatOf,
  type IsSet,
  linearBackoff,
  maxPending,
  ownMetadata,
  pauseTime,
  readConsumerFile,
  setFilters,
  setStart,
} from './change.ts';

export type AddValues = CreateValues & { readonly config: string | undefined; readonly defaults: boolean };

/** Builds the configuration of a consumer to be made. Questions come in the original's order. */
export async function prepareConsumer(
  runtime: Runtime,
  name: string | undefined,
  flags: AddValues,
  isSet: IsSet,
): Promise<ConsumerConfig> {
  if (flags.config) return fromFile(runtime, flags.config, name, flags);
  const { defaults } = flags;
  let consumer = name ?? '';
  if (consumer === '' && !flags.ephemeral) {
    consumer = await text(runtime, 'Consumer name', 'the consumer argument', undefined, true);
  }
  if (!flags.ephemeral && /[.*>]/.test(consumer)) {
    throw fail('usage', "durable name can not contain '.', '*', '>'");
  }
  let target = flags.target ?? '';
  if (!flags.pull && target === '') {
    target = await text(runtime, 'Delivery target (empty for Pull Consumers)', '--pull, or --target');
  }
  const push = target !== '';
  let deliverGroup = flags['deliver-group'];
  if (deliverGroup === '_unset_') {
    deliverGroup = push && !defaults ? await text(runtime, 'Delivery Queue Group', '--deliver-group') : '';
  }
  const config: ConsumerConfig = {};
  if (flags.description) config.description = flags.description;
  if (flags.ephemeral) {
    if (consumer !== '') config.name = consumer;
  } else config.durable_name = consumer;
  if (push) config.deliver_subject = target;
  if (deliverGroup !== '') config.deliver_group = deliverGroup;
  await deliveryPart(runtime, config, flags, push);
  await limitsPart(runtime, config, flags, isSet, push);
  extras(runtime, config, flags, isSet);
  return config;
}

/** Start, acknowledgement, replay, filters. */
async function deliveryPart(runtime: Runtime, config: ConsumerConfig, flags: AddValues, push: boolean): Promise<void> {
  const { defaults } = flags;
  const start =
    flags.deliver ||
    (defaults
      ? 'all'
      : await text(runtime, 'Start policy (all, new, last, subject, 1h, msg sequence)', '--deliver', 'all', true));
  setStart(config, start, runtime.clock.now());
  const usual = push ? 'none' : 'explicit';
  const ack =
    flags.ack ??
    (defaults ? usual : await select(runtime, 'Acknowledgment policy', '--ack', ['explicit', 'all', 'none'], usual));
  config.ack_policy = ack as 'none';
  if (ack === 'none') config.max_deliver = -1;
  const replay =
    defaults && push
      ? 'instant'
      : (flags.replay ??
        (defaults
          ? 'instant'
          : await select(runtime, 'Replay policy', '--replay', ['instant', 'original'], 'instant')));
  config.replay_policy = replay as 'instant';
  if (flags.wait > 0n) config.ack_wait = flags.wait;
  if (flags.sample > 100) throw fail('usage', 'sample percent is not between 0 and 100');
  if (flags.sample > 0) config.sample_freq = String(flags.sample);
  let filters: readonly string[] = flags.filter;
  if (filters.length === 0 && !defaults) {
    const answer = await text(runtime, 'Filter Stream by subjects (blank for all)', '--filter');
    filters = answer.split(/[\s,]+/).filter((w) => w !== '');
  }
  setFilters(config, filters);
  if (filters.length === 0 && config.deliver_policy === 'last_per_subject') config.filter_subject = '>';
}

/** Counts, times and what a push consumer needs. */
async function limitsPart(
  runtime: Runtime,
  config: ConsumerConfig,
  flags: AddValues,
  isSet: IsSet,
  push: boolean,
): Promise<void> {
  const { defaults } = flags;
  const acks = config.ack_policy !== 'none';
  let tries = flags['max-deliver'] ?? 0;
  if (tries === 0 && defaults) tries = -1;
  else if (tries === 0 && acks) {
    tries = Number(await whole(runtime, 'Maximum Allowed Deliveries', '--max-deliver', '-1'));
  }
  let pending = maxPending(flags);
  if (pending === -1 && !defaults && acks) {
    pending = Number(await whole(runtime, 'Maximum Acknowledgments Pending', '--max-pending', '0'));
  }
  if (push) await pushPart(runtime, config, flags, isSet);
  else {
    if (flags.heartbeat && flags.heartbeat !== '-1') {
      throw fail('usage', 'pull subscribers does not support idle heartbeats');
    }
    if (flags.bps > 0n) throw fail('usage', 'rate limits are only possible on Push consumers');
    if (flags['max-waiting']) config.max_waiting = flags['max-waiting'];
  }
  let headersOnly = flags['headers-only'];
  if (!isSet('headers-only') && !defaults) {
    headersOnly = await confirm(runtime, 'Deliver headers only without bodies', '--headers-only or --no-headers-only');
  }
  if (headersOnly) config.headers_only = true;
  const backoff = flags.backoff || defaults || !acks ? backoffOf(flags) : await askBackoff(runtime);
  if (backoff && backoff.length > 0) {
    config.backoff = backoff;
    // A server refuses fewer tries than there are retry times.
    if (tries === -1) tries = backoff.length + 1;
  }
  if (tries !== 0 && acks) config.max_deliver = tries;
  if (pending !== 0 && pending !== -1) config.max_ack_pending = pending;
}

async function pushPart(runtime: Runtime, config: ConsumerConfig, flags: AddValues, isSet: IsSet): Promise<void> {
  const { defaults } = flags;
  let heartbeat = flags.heartbeat ?? '';
  if (heartbeat === '') heartbeat = defaults ? '-1' : await text(runtime, 'Idle Heartbeat', '--heartbeat', '0s');
  const every = heartbeat === '-1' ? 0n : heartbeatOf(heartbeat);
  if (every > 0n) config.idle_heartbeat = every;
  let flow = flags['flow-control'];
  if (!isSet('flow-control') && !defaults) {
    flow = await confirm(runtime, 'Enable Flow Control, ie --flow-control', '--flow-control');
  }
  if (flow) config.flow_control = true;
}

function extras(runtime: Runtime, config: ConsumerConfig, flags: AddValues, isSet: IsSet): void {
  if (flags['inactive-threshold']) config.inactive_threshold = flags['inactive-threshold'];
  if ((flags['max-pull-batch'] ?? 0) > 0) config.max_batch = flags['max-pull-batch'] as number;
  if ((flags['max-pull-expire'] ?? 0n) > 0n) config.max_expires = flags['max-pull-expire'] as bigint;
  if ((flags['max-pull-bytes'] ?? 0) > 0) config.max_bytes = flags['max-pull-bytes'] as number;
  if (flags.bps > 0n) config.rate_limit_bps = flags.bps;
  config.num_replicas = flags.replicas ?? 0;
  if (flags.memory) config.mem_storage = true;
  if (isSet('metadata')) Object.assign(config, ownMetadata(Object.fromEntries(flags.metadata)));
  if (flags.pause) config.pause_until = pauseTime(flags.pause, runtime.clock.now());
  setGroups(config, flags);
}

/** Copies the priority groups of the flags. */
export function setGroups(config: ConsumerConfig, flags: CreateValues): void {
  const pinned = flags['pinned-groups'];
  const overflow = flags['overflow-groups'];
  const prioritized = flags['prioritized-groups'];
  if (pinned.length > 0 && overflow.length > 0) {
    throw fail('usage', 'setting both overflow and pinned groups are not supported');
  }
  if (pinned.length > 0) {
    config.priority_policy = 'pinned_client';
    config.priority_groups = [...pinned];
    if (flags['pinned-ttl']) config.priority_timeout = flags['pinned-ttl'];
  } else if (overflow.length > 0) {
    config.priority_policy = 'overflow';
    config.priority_groups = [...overflow];
  } else if (prioritized.length > 0) {
    config.priority_policy = 'prioritized';
    config.priority_groups = [...prioritized];
  }
}

async function fromFile(
  runtime: Runtime,
  path: string,
  name: string | undefined,
  flags: AddValues,
): Promise<ConsumerConfig> {
  const config = await readConsumerFile(runtime, path);
  if (name && config.durable_name) {
    config.durable_name = name;
    delete config.name;
  } else if (name) config.name = name;
  if (config.deliver_subject && flags.target) config.deliver_subject = flags.target;
  return config;
}

/** How questions say that nobody could answer them. */
const words: Readonly<Record<string, string>> = {
  'Consumer name': 'request durable name',
  'Delivery target (empty for Pull Consumers)': 'request delivery target',
  'Delivery Queue Group': 'request delivery group',
  'Start policy (all, new, last, subject, 1h, msg sequence)': 'request start policy',
  'Acknowledgment policy': 'ask acknowledgement policy',
  'Replay policy': 'ask replay policy',
  'Filter Stream by subjects (blank for all)': 'ask for filtering subject',
  'Maximum Allowed Deliveries': 'ask for maximum allowed deliveries',
  'Maximum Acknowledgments Pending': 'ask for maximum outstanding acknowledgements',
  'Idle Heartbeat': 'ask for idle heartbeat',
  'Deliver headers only without bodies': 'ask headers only',
  'Enable Flow Control, ie --flow-control': 'ask flow control',
};

function unanswered(message: string): (error: unknown) => never {
  const what = words[message];
  if (what !== undefined) return during(`could not ${what}`);
  return (error) => {
    throw error;
  };
}

/** What `?` shows, which would else be the answer where any text is one. */
const helps: Readonly<Record<string, string>> = {
  'the consumer argument': 'The name by which clients and commands find the consumer',
  '--pull, or --target': 'A subject the server sends the messages to; nothing for clients that ask for theirs',
  '--deliver-group': 'Subscribers of this queue group share the messages; nothing for no group',
  '--deliver':
    'Which messages come first: all, only new ones, the last one, the last of each subject, those of the last hour (1h), or from a sequence on',
  '--filter': 'Only messages of these subjects, with blanks or commas between; * and > are wildcards',
};

async function text(
  runtime: Runtime,
  message: string,
  flag: string,
  fallback?: string,
  needed = false,
): Promise<string> {
  const prompts = await runtime.prompts();
  const validate = (t: string) => (needed && t.trim() === '' ? 'an answer is needed' : undefined);
  const known = {
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(helps[flag] === undefined ? {} : { help: helps[flag] }),
  };
  return prompts.input({ message, flag, validate, ...known }).catch(unanswered(message));
}

async function whole(runtime: Runtime, message: string, flag: string, fallback: string): Promise<string> {
  const prompts = await runtime.prompts();
  const validate = (t: string) => (/^-?\d{1,9}$/.test(t) ? undefined : 'a whole number is needed');
  return prompts.input({ message, flag, default: fallback, validate }).catch(unanswered(message));
}

async function select(
  runtime: Runtime,
  message: string,
  flag: string,
  words: readonly string[],
  fallback: string,
): Promise<string> {
  const prompts = await runtime.prompts();
  const choices = words.map((w) => ({ label: w, value: w }));
  const question = { message, flag, choices, default: words.indexOf(fallback) };
  return prompts.select(question).catch(unanswered(message));
}

async function confirm(runtime: Runtime, message: string, flag: string): Promise<boolean> {
  return (await runtime.prompts()).confirm({ message, flag, default: false }).catch(unanswered(message));
}

async function askBackoff(runtime: Runtime): Promise<Nanos[] | undefined> {
  const flag = '--backoff';
  if (!(await confirm(runtime, 'Add a Retry Backoff Policy', flag))) return undefined;
  if ((await select(runtime, 'Backoff policy', flag, ['linear', 'none'], 'none')) === 'none') return undefined;
  const time = async (message: string, fallback: string) => {
    try {
      return parseDuration(await text(runtime, message, flag, fallback));
    } catch (error) {
      throw fail('usage', messageOf(error));
    }
  };
  const shortest = await time('Minimum retry time', '1m');
  const longest = await time('Maximum retry time', '10m');
  const steps = BigInt(await whole(runtime, 'Number of steps to generate in the policy', flag, '20'));
  if (steps < 1n) throw fail('usage', 'backoff steps must be > 0');
  return linearBackoff(steps, shortest, longest);
}
