import type { Worker } from 'node:worker_threads';
import { fail } from '#base/errors.ts';
import { searchKeys, type Wish, wishProblem } from '#crypto/vanity.ts';

export interface SearchOptions {
  /** Keys to try before giving up. */
  readonly max: number;
  readonly threads: number;
  /** Secrets to try instead of random ones, each chunk a multiple of 32 bytes; the search ends with them. */
  readonly secrets?: AsyncIterator<Uint8Array>;
  /** Called after every batch with the number of keys tried so far. */
  onTried?(tried: number): void;
}

/** Keys one thread tries between two messages: about 50 ms. */
const BATCH = 2048;
/** Keys that are tried before threads are worth their start. */
const ALONE = 512;

/** Fails at once for a prefix that no key of any kind can have. */
export function checkWish(prefix: string): void {
  const problem = wishProblem(prefix);
  if (problem === 'not base32') {
    throw fail('usage', `Can not generate base32 encoded strings to match '${prefix}'`, {
      hint: 'use the letters A to Z and the digits 2 to 7',
    });
  }
  if (problem === 'second letter') {
    throw fail('usage', `no public key reads "${prefix}" after its first letter`, {
      hint: 'the second character of a public key is always A, B, C or D: begin the prefix with one of them',
    });
  }
  if (problem === 'too long')
    throw fail('usage', 'the prefix is longer than the 55 characters of a public key after its first');
}

/**
 * Finds a key that reads as wished and returns its 32 secret bytes; undefined when `max` keys were tried in vain.
 * Small searches stay in this thread; others use all.
 */
export async function searchVanity(wish: Wish, options: SearchOptions): Promise<Uint8Array | undefined> {
  const budget = newBudget(options);
  const first = await budget.take(ALONE);
  if (first === undefined) return undefined;
  const alone = await searchKeys(wish, first);
  if (typeof alone !== 'number') return alone;
  budget.tried(alone);
  return withThreads(wish, options.threads, budget);
}

interface Budget {
  /** The next batch of at most `size` keys; undefined when there are no more. */
  take(size: number): Promise<number | Uint8Array | undefined>;
  tried(count: number): void;
}

function newBudget({ max, secrets, onTried }: SearchOptions): Budget {
  let left = Math.max(0, max);
  let tried = 0;
  return {
    async take(size) {
      const count = Math.min(size, left);
      if (count === 0) return undefined;
      if (!secrets) {
        left -= count;
        return count;
      }
      const { value, done } = await secrets.next();
      if (done) return undefined;
      const taken = value.subarray(0, left * 32);
      left -= taken.length / 32;
      return taken;
    },
    tried(count) {
      tried += count;
      onTried?.(tried);
    },
  };
}

/** Where the worker's module is: beside this file in the sources, under tools/ beside the chunks of a build. */
function workerUrl(): URL {
  const inSources = import.meta.url.endsWith('/src/tools/nk/vanity.ts');
  return new URL(inSources ? './vanity.worker.ts' : './tools/nk/vanity.worker.js', import.meta.url);
}

async function withThreads(wish: Wish, threads: number, budget: Budget): Promise<Uint8Array | undefined> {
  const { Worker } = await import('node:worker_threads');
  const workers = Array.from({ length: Math.max(1, threads) }, () => new Worker(workerUrl(), { workerData: wish }));
  try {
    // Each thread works until one finds a key or nothing is left; the first find or failure ends all.
    return await new Promise<Uint8Array | undefined>((resolve, reject) => {
      const all = workers.map((worker) => drive(worker, budget, resolve));
      Promise.all(all).then(() => resolve(undefined), reject);
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function drive(worker: Worker, budget: Budget, found: (secret: Uint8Array) => void): Promise<void> {
  for (let batch = await budget.take(BATCH); batch !== undefined; batch = await budget.take(BATCH)) {
    const answer = await ask(worker, batch);
    if (typeof answer !== 'number') return found(answer);
    budget.tried(answer);
  }
}

function ask(worker: Worker, batch: number | Uint8Array): Promise<number | Uint8Array> {
  return new Promise((resolve, reject) => {
    const ended = (status: number) => reject(new Error(`a thread of the search ended with status ${status}`));
    worker.once('error', reject);
    worker.once('exit', ended);
    worker.once('message', (answer: number | Uint8Array) => {
      worker.off('error', reject);
      worker.off('exit', ended);
      resolve(answer);
    });
    worker.postMessage(batch);
  });
}
