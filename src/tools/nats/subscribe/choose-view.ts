// The forms in which messages can be shown.
import type { Runtime } from '#runtime/runtime.ts';
import { messageColumns } from '../messaging/records.ts';
import { isStored, type Options } from './options.ts';
import type { View } from './view.ts';

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
