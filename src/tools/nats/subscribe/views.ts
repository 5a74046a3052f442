// The forms in which messages can be shown.
import type { Runtime } from '#runtime/runtime.ts';
import { messageColumns } from '../messaging/records.ts';
import { isStored, type Options, type Received } from './options.ts';

/** Takes messages one after the other. */
export interface View {
  message(message: Received, n: number): Promise<void> | void;
  /** A message on an inbox subject, for --match-replies; gives the number of requests still without a reply. */
  reply?(message: Received): Promise<number>;
  /** Requests still without a reply. */
  waiting?(): number;
  /** Whether nothing more is wanted after this one. */
  isLast?(message: Received): boolean;
  /** After the last message, whatever ended it. */
  end(): Promise<void>;
}

/** The view the options ask for. */
export async function chooseView(options: Options, runtime: Runtime): Promise<View> {
  if (options.graph) return (await import('./graph.ts')).graphView(options, runtime);
  if (options.report) return (await import('./report.ts')).reportView(options, runtime);
  const columns = messageColumns(
    options.codec,
    'n',
    'time',
    ...(isStored(options) ? ['stream', 'seq', 'pending'] : []),
  );
  const emitter = runtime.stream<object>({ columns });
  await emitter.ready;
  const text = emitter.isText;
  const plain =
    options.dump !== ''
      ? await (await import('./dump.ts')).dumpView(options, runtime)
      : text
        ? (await import('./print.ts')).printView(options, runtime)
        : (await import('./print.ts')).recordView(options, runtime, emitter);
  return options.match ? (await import('./match.ts')).matchView(plain, runtime) : plain;
}

/** A view that can also show a request together with its reply. */
export interface PairView extends View {
  pair(request: Received, reply: Received, n: number): Promise<void> | void;
}
