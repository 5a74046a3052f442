// From the kind of a benchmark to the code of its clients, each loaded when it is wanted.
import type { Kind } from '../plan.ts';
import type { ClientRun } from './client.ts';

const loaders: Record<Kind, () => Promise<ClientRun>> = {
  pub: async () => (await import('./pub.ts')).runPublisher,
  sub: async () => (await import('./sub.ts')).runSubscriber,
  request: async () => (await import('./askers.ts')).runRequester,
  serve: async () => (await import('./serve.ts')).runServer,
  'js-pub-sync': async () => (await import('./askers.ts')).runSyncPublisher,
  'js-pub-async': async () => (await import('./batches.ts')).runAsyncPublisher,
  'js-pub-atomic': async () => (await import('./batches.ts')).runAtomicPublisher,
  'js-pub-fast': async () => (await import('./batches.ts')).runFastPublisher,
  'js-ordered': async () => (await import('./ordered.ts')).runOrdered,
  'js-consume': async () => (await import('./pull.ts')).runConsumer,
  'js-fetch': async () => (await import('./pull.ts')).runFetcher,
  'js-get-sync': async () => (await import('./askers.ts')).runGetter,
  'js-get-batch': async () => (await import('./getbatch.ts')).runBatchGetter,
  'kv-put': async () => (await import('./askers.ts')).runPutter,
  'kv-get': async () => (await import('./askers.ts')).runKvGetter,
  'oldjs-ordered': async () => (await import('./ordered.ts')).runOldOrdered,
  'oldjs-push': async () => (await import('./ordered.ts')).runOldPush,
  'oldjs-pull': async () => (await import('./pull.ts')).runFetcher,
};

export function clientRun(kind: Kind): Promise<ClientRun> {
  return loaders[kind]();
}
