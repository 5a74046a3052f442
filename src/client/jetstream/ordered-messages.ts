// The messages of an ordered consumer as values, for whoever takes them one by one.
import type { JetStream } from './api.ts';
import { batchesOf } from './batches.ts';
import { DeliveredMessage } from './delivery.ts';
import { type OrderedOptions, readOrdered } from './ordered.ts';

/**
 * Messages of a stream in order, as `readOrdered` reads them. Ends with the signal or when the caller stops iterating.
 * Throws what creating the consumer throws the first time.
 */
export async function* orderedMessages(
  js: JetStream,
  stream: string,
  options: OrderedOptions,
): AsyncGenerator<DeliveredMessage> {
  const batches = batchesOf<DeliveredMessage>(
    js.connection,
    (push, signal) =>
      readOrdered(js, stream, { ...options, signal }, (frame) => {
        push(new DeliveredMessage(frame), frame.size);
        return true;
      }),
    options.signal,
  );
  for await (const batch of batches) yield* batch;
}
