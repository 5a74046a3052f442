// Subscriptions to subjects: connects, subscribes, and hands what comes to the view that was asked for.
import { messageOf } from '#base/errors.ts';
import { subjectsCollide } from '#base/subject.ts';
import { parseDelivery } from '#client/jetstream/delivery.ts';
import type { BaseSubscription, Connection } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { aborted, confirm } from '../messaging/waiting.ts';
import { chooseView } from './choose-view.ts';
import { createInflow, type Inflow } from './inflow.ts';
import { ignoredNote, isChatty, type Options, type Received } from './options.ts';
import type { View } from './view.ts';

export async function subscribeCore(given: Options, runtime: Runtime): Promise<void> {
  if (runtime.contract.plan) return runtime.log(`Would subscribe on ${given.subjects.join(', ')}`);
  if (given.graph) (await import('./graph.ts')).checkGraph(given, runtime);
  const connection = await runtime.connect();
  const fresh = given.inbox && given.subjects.length === 0;
  const options = fresh ? { ...given, subjects: [connection.newInbox()] } : given;
  if (isChatty(options)) announce(options, runtime);
  const fast = await import('./fast.ts');
  if (fast.isFast(options, runtime)) return fast.subscribeFast(options, runtime, connection);
  const view = await chooseView(options, runtime);
  const inflow = createInflow<Received>(connection);
  const subscriptions = subscribeAll(options, connection, inflow);
  if (options.match) subscriptions.push(watchReplies(runtime, connection, inflow));
  await confirm(connection);
  await consume({ options, runtime, connection, view, inflow }, () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
  });
}

function announce(options: Options, runtime: Runtime): void {
  const [first = ''] = options.subjects;
  if (options.ack) {
    runtime.log(`Subscribing on ${first} with acknowledgement of JetStream messages ${ignoredNote(options)}`);
  } else runtime.log(`Subscribing on ${options.subjects.join(', ')} ${ignoredNote(options)}`);
}

function subscribeAll(options: Options, connection: Connection, inflow: Inflow<Received>): BaseSubscription[] {
  // Only one subscription can be ended by the server at the right message, and only if every message counts.
  const exact = options.subjects.length === 1 && options.ignore.length === 0 && !options.where && !options.match;
  return options.subjects.map((subject) =>
    connection.subscribe(subject, {
      ...(options.queue === '' ? {} : { queue: options.queue }),
      ...(exact && options.count > 0 ? { max: options.count } : {}),
      callback: ({ subject: to, reply, headers, data }) => {
        inflow.push({ subject: to, reply, headers, data, subscription: subject });
      },
    }),
  );
}

/** Subscription name of what comes for `--match-replies`. */
export const REPLIES = '\0replies';

function watchReplies(runtime: Runtime, connection: Connection, inflow: Inflow<Received>): BaseSubscription {
  const prefix = connection.options.inboxPrefix ?? '_INBOX';
  runtime.log(`Matching replies with inbox prefix ${prefix}.>`);
  return connection.subscribe(`${prefix}.>`, {
    callback: ({ subject, reply, headers, data }) => {
      inflow.push({ subject, reply, headers, data, subscription: REPLIES });
    },
  });
}

/** Everything the loop below needs. */
export interface Watch {
  readonly options: Options;
  readonly runtime: Runtime;
  readonly connection: Connection;
  readonly view: View;
  readonly inflow: Inflow<Received>;
}

/** Takes messages until the count, the quiet time, the user or an error ends it. */
export async function consume(watch: Watch, release: () => void): Promise<void> {
  const { options, runtime, connection, view, inflow } = watch;
  const { signal } = runtime;
  void aborted(signal).then(() => inflow.stop());
  void connection.closed.then((error) => inflow.stop(error));
  const wanted = await filters(options);
  let count = 0;
  try {
    for (;;) {
      // What came together is shown together: a turn of the event loop costs more than a message.
      const message = inflow.poll() ?? (await inflow.next(options.waitMs));
      if (message === undefined) break;
      if (message.subscription === REPLIES) {
        if ((await view.reply?.(message)) === 0 && options.count > 0 && count >= options.count) break;
        continue;
      }
      if (!wanted(message) || (options.match && options.count > 0 && count >= options.count)) continue;
      count++;
      const late = view.message(message, count);
      if (late) await late;
      acknowledge(options, runtime, connection, message);
      if (view.isLast?.(message) || (options.count > 0 && count >= options.count && !(view.waiting?.() ?? 0))) break;
    }
  } finally {
    release();
    await view.end();
  }
  signal.throwIfAborted();
}

async function filters(options: Options): Promise<(message: Received) => boolean> {
  const where = options.where ? (await import('../messaging/where.ts')).whereFilter(options.where) : undefined;
  const { ignore } = options;
  return (message) =>
    !ignore.some((subject) => subjectsCollide(message.subject, subject)) && (where === undefined || where(message));
}

function acknowledge(options: Options, runtime: Runtime, connection: Connection, message: Received): void {
  if (!options.ack || parseDelivery(message.reply) === undefined) return;
  try {
    connection.publish(message.reply as string);
  } catch (error) {
    if (isChatty(options))
      runtime.log(`Acknowledging message via subject ${message.reply} failed: ${messageOf(error)}`);
  }
}
