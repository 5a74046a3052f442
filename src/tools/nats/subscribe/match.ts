import type { Runtime } from '#runtime/runtime.ts';
import type { Received } from './options.ts';
import type { PairView, View } from './view.ts';

/** Requests without a reply that are remembered; the oldest are shown alone when there are more. */
const MOST = 100_000;

/** Holds requests back until their reply comes. Messages that want no reply are shown at once. */
export function matchView(inner: PairView, _runtime: Runtime): View {
  const waiting = new Map<string, { request: Received; n: number }>();
  return {
    message: async (message, n) => {
      if (!message.reply) return inner.message(message, n);
      waiting.set(message.reply, { request: message, n });
      if (waiting.size <= MOST) return;
      const [oldest] = waiting;
      if (!oldest) return;
      waiting.delete(oldest[0]);
      await inner.message(oldest[1].request, oldest[1].n);
    },
    reply: async (reply) => {
      const found = waiting.get(reply.subject);
      if (found) {
        waiting.delete(reply.subject);
        await inner.pair(found.request, reply, found.n);
      }
      return waiting.size;
    },
    waiting: () => waiting.size,
    end: () => inner.end(),
  };
}
