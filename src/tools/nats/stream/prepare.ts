// A new configuration from flags, defaults and, on a terminal, questions.
import { formatDuration, MINUTE } from '#base/duration.ts';
import { during, fail, messageOf } from '#base/errors.ts';
import { parseBytes } from '#base/size.ts';
import type { Input } from '#cli/spec.ts';
import type { StreamConfig, StreamSource } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Prompts } from '#term/prompts.ts';
import { askSource } from './ask-source.ts';
import {
  applyShape,
  durationOf,
  type NewValues,
  parseSource,
  readConfigFile,
  retentions,
  type ShapeValues,
  splitSubjects,
  storageOf,
} from './change.ts';
import { userMetadata } from './show.ts';

const INT32_MAX = 2_147_483_647n;

export type AddValues = ShapeValues & NewValues & { readonly config?: string | undefined; readonly defaults: boolean };

/** How a question says that nobody could answer it. */
const unanswered = during('invalid input');

interface Ask {
  readonly defaults: boolean;
  prompts(): Promise<Prompts>;
}

/** Builds the configuration of a stream to be made. `requireSize`: the account demands max_bytes. */
export async function prepareConfig(
  runtime: Runtime,
  name: string | undefined,
  flags: AddValues,
  isSet: Input['isSet'],
  requireSize: boolean,
): Promise<StreamConfig> {
  if (flags.config) return fromFile(runtime, flags.config, name, flags, isSet);
  const ask: Ask = { defaults: flags.defaults, prompts: () => runtime.prompts() };
  const stream = name || (await text(ask, { message: 'Stream Name', flag: 'the stream argument' }));
  let subjects = splitSubjects(flags.subjects);
  if (flags.mirror && subjects.length > 0) throw fail('usage', 'mirrors cannot listen for messages on subjects');
  if (!flags.mirror && flags.source.length === 0 && subjects.length === 0) {
    const help = 'What the stream stores, with blanks or commas between; * and > are wildcards';
    subjects = splitSubjects([await text(ask, { message: 'Subjects', flag: '--subjects', help })]);
  }
  const storage = storageOf(flags.storage ?? (await select(ask, 'Storage', '--storage', ['file', 'memory'], 'file')));
  const replicas = flags.replicas || BigInt(await number(ask, 'Replication', '--replicas', '1'));
  if (replicas <= 0n) throw fail('usage', 'replicas should be >= 1');
  const retention =
    flags.retention ?? (await select(ask, 'Retention Policy', '--retention', ['limits', 'interest', 'work'], 'limits'));
  const discard = flags.discard ?? (await select(ask, 'Discard Policy', '--discard', ['new', 'old'], 'old'));
  const limits = await askLimits(ask, flags, subjects, requireSize);
  const window = await duplicateWindow(ask, flags, limits.max_age);
  const answers = await askPermissions(ask, flags, isSet);
  const base: StreamConfig = {
    name: stream,
    ...(subjects.length > 0 ? { subjects } : {}),
    ...limits,
    ...(window !== 0n ? { duplicate_window: window } : {}),
    storage,
    compression: 'none',
    ...(flags['first-sequence'] ? { first_seq: flags['first-sequence'] } : {}),
    no_ack: !flags.ack,
    retention: retentions[retention] as 'limits',
    discard: discard as 'old',
    max_consumers: flags['max-consumers'],
    num_replicas: Number(replicas),
    allow_direct: flags['allow-direct'],
    consumer_limits: consumerLimits(flags),
    ...(flags['persist-mode'] === 'async' ? { persist_mode: 'async' } : {}),
    ...answers,
  };
  const config = applyShape(base, flags, isSet);
  config.metadata = userMetadata(config.metadata);
  if (Object.keys(config.metadata).length === 0) delete config.metadata;
  if (flags.mirror) config.mirror = await source(ask, flags.mirror, 'mirror');
  if (flags.source.length > 0) {
    config.sources = [];
    for (const s of flags.source) config.sources.push(await source(ask, s, 'source'));
  }
  return config;
}

async function fromFile(
  runtime: Runtime,
  path: string,
  name: string | undefined,
  flags: AddValues,
  isSet: Input['isSet'],
): Promise<StreamConfig> {
  const config = applyShape(await readConfigFile(runtime, path, name), flags, isSet);
  if (flags.subjects.length > 0) config.subjects = splitSubjects(flags.subjects);
  if (flags.replicas) config.num_replicas = Number(flags.replicas);
  return config;
}

async function text(ask: Ask, question: { message: string; flag: string; help?: string }): Promise<string> {
  const prompts = await ask.prompts();
  const validate = (t: string) => (t.trim() === '' ? 'an answer is needed' : undefined);
  return prompts.input({ ...question, validate }).catch(unanswered);
}

async function select(
  ask: Ask,
  message: string,
  flag: string,
  words: readonly string[],
  fallback: string,
): Promise<string> {
  if (ask.defaults) return fallback;
  const prompts = await ask.prompts();
  const choices = words.map((w) => ({ label: w, value: w }));
  return prompts.select({ message, flag, choices, default: words.indexOf(fallback) }).catch(unanswered);
}

async function number(ask: Ask, message: string, flag: string, fallback: string): Promise<string> {
  if (ask.defaults) return fallback;
  const prompts = await ask.prompts();
  const validate = (t: string) => (/^-?\d+$/.test(t) ? undefined : 'a whole number is needed');
  return prompts.input({ message, flag, default: fallback, validate }).catch(unanswered);
}

async function bytes(ask: Ask, message: string, flag: string, fallback: string): Promise<bigint> {
  if (ask.defaults) return fallback === '-1' ? -1n : parseBytes(fallback);
  const prompts = await ask.prompts();
  const read = (t: string) => (t === '-1' ? -1n : parseBytes(t));
  const question = { message, flag, default: fallback, validate: readableBy(read) };
  return read(await prompts.input(question).catch(unanswered));
}

async function duration(
  ask: Ask,
  message: string,
  flag: string,
  fallback: string,
  read: (text: string) => bigint,
): Promise<bigint> {
  const question = { message, flag, default: fallback, validate: readableBy(read) };
  return read(await (await ask.prompts()).input(question).catch(unanswered));
}

/** What is wrong with an answer that cannot be read: it is asked for again, where the answers before would be lost. */
function readableBy(read: (text: string) => unknown): (text: string) => string | undefined {
  return (answer) => {
    try {
      read(answer);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
}

const readAge = (text: string): bigint => durationOf(text, 'maximum age limit format');
const readWindow = (text: string): bigint => durationOf(text, 'duplicate window format');

function orUnlimited(value: bigint): bigint {
  return value <= 0n ? -1n : value;
}

async function askLimits(ask: Ask, flags: AddValues, subjects: readonly string[], requireSize: boolean) {
  const msgs = flags['max-msgs'] || BigInt(await number(ask, 'Stream Messages Limit', '--max-msgs', '-1'));
  let perSubject = flags['max-msgs-per-subject'];
  if (perSubject === 0n && (subjects.length > 0 || ask.defaults)) {
    perSubject = BigInt(await number(ask, 'Per Subject Messages Limit', '--max-msgs-per-subject', '-1'));
  }
  const size =
    flags['max-bytes'] || (await bytes(ask, 'Total Stream Size', '--max-bytes', requireSize ? '256MB' : '-1'));
  const age =
    flags['max-age'] !== '' || ask.defaults
      ? readAge(flags['max-age'])
      : await duration(ask, 'Message TTL', '--max-age', '-1', readAge);
  const largest = flags['max-msg-size'] || (await bytes(ask, 'Max Message Size', '--max-msg-size', '-1'));
  if (largest > INT32_MAX) throw fail('usage', `max message size ${largest} is too big, the most is ${INT32_MAX}`);
  return {
    max_msgs: msgs || -1n,
    max_msgs_per_subject: perSubject || -1n,
    max_bytes: orUnlimited(size),
    max_age: age,
    max_msg_size: orUnlimited(largest),
  };
}

async function duplicateWindow(ask: Ask, flags: AddValues, maxAge: bigint): Promise<bigint> {
  if (flags['dupe-window'] !== '') return readWindow(flags['dupe-window']);
  if (flags.mirror) return 0n;
  const usual = maxAge > 0n && maxAge < 2n * MINUTE ? maxAge : 2n * MINUTE;
  if (ask.defaults) return usual;
  return duration(ask, 'Duplicate tracking time window', '--dupe-window', formatDuration(usual), readWindow);
}

async function askPermissions(ask: Ask, flags: AddValues, isSet: Input['isSet']) {
  const answers: Pick<StreamConfig, 'allow_rollup_hdrs' | 'deny_delete' | 'deny_purge'> = {
    allow_rollup_hdrs: flags['allow-rollup'],
    deny_delete: flags['deny-delete'],
    deny_purge: flags['deny-purge'],
  };
  if (ask.defaults) return answers;
  const yes = async (message: string, flag: string, fallback: boolean) =>
    (await ask.prompts()).confirm({ message, flag, default: fallback }).catch(unanswered);
  if (!isSet('allow-rollup')) answers.allow_rollup_hdrs = await yes('Allow message Roll-ups', '--allow-rollup', false);
  if (!isSet('deny-delete')) answers.deny_delete = !(await yes('Allow message deletion', '--no-deny-delete', true));
  if (!isSet('deny-purge')) {
    answers.deny_purge = !(await yes('Allow purging subjects or the entire stream', '--no-deny-purge', true));
  }
  return answers;
}

function consumerLimits(flags: AddValues) {
  const idle = flags['limit-consumer-inactive'];
  const pending = flags['limit-consumer-max-pending'];
  return {
    ...(idle ? { inactive_threshold: idle } : {}),
    ...(pending && pending > 0 ? { max_ack_pending: pending } : {}),
  };
}

async function source(ask: Ask, word: string, kind: 'mirror' | 'source'): Promise<StreamSource> {
  const parsed = parseSource(word, kind);
  if (ask.defaults || word.trim().startsWith('{')) return parsed;
  return askSource(await ask.prompts(), parsed.name, kind);
}
