// A thread of the vanity search: takes batches, answers each with a secret or with how many keys were tried in vain.
import { parentPort, workerData } from 'node:worker_threads';
import { searchKeys, type Wish } from '#crypto/vanity.ts';

parentPort?.on('message', (source: number | Uint8Array) => {
  void searchKeys(workerData as Wish, source).then(
    (answer) => parentPort?.postMessage(answer),
    // Without an answer the search would wait for ever: end as a failed thread.
    (error: unknown) => {
      throw error;
    },
  );
});
