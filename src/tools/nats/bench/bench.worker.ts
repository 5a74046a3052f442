// A thread of a benchmark: gets the plan, the numbers of its clients and how to connect; tells what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '#client/connect.ts';
import { plainError, runCrew } from './crew.ts';
import type { FromThread, ThreadData } from './threads.ts';

const { plan, indexes, connection } = workerData as ThreadData;
const tell = (message: FromThread) => parentPort?.postMessage(message);

/** Milliseconds between two notes of progress. */
const NOTE_MS = 50;

const done = new Map<number, number>();
const notes = setInterval(() => {
  for (const [index, messages] of done) tell({ what: 'progress', index, messages });
  done.clear();
}, NOTE_MS);

const stopping = new AbortController();
const begin = new Promise<void>((resolve) => {
  parentPort?.on('message', (word: 'go' | 'stop') => {
    if (word === 'go') resolve();
    else stopping.abort(new Error('stopped'));
  });
});

async function main(): Promise<void> {
  try {
    const results = await runCrew(
      plan,
      indexes,
      () => connect(connection),
      {
        ready: () => {
          tell({ what: 'ready' });
          return begin;
        },
        progress: (index, messages) => void done.set(index, (done.get(index) ?? 0) + messages),
        log: (text) => tell({ what: 'log', text }),
        trouble: () => tell({ what: 'trouble' }),
      },
      stopping.signal,
    );
    tell({ what: 'done', results });
  } catch (error) {
    tell({ what: 'failed', error: plainError(error) });
  }
  clearInterval(notes);
  parentPort?.close();
}

void main();
