import type { Clock } from '../runtime.ts';

/** Names of addresses, looked up once each. */
export interface Hosts {
  /** What is known so far: the name of an address. Addresses without a name are missing. */
  readonly names: ReadonlyMap<string, string>;
  /** Looks up the addresses not asked for before; `found` is called when there is something new. */
  start(addresses: Iterable<string>, found: () => void): void;
  /** Looks up all of them and waits, a few seconds at most. */
  all(addresses: Iterable<string>): Promise<void>;
}

/** Look-ups at the same time: a screen with thousands of clients must not flood the resolver. */
const AT_ONCE = 16;
/** Milliseconds a snapshot waits for names. */
const PATIENCE_MS = 5_000;

/** A memory of reverse look-ups; the system's resolver answers, /etc/hosts included. */
export function createHosts(clock: Pick<Clock, 'sleep'>): Hosts {
  const names = new Map<string, string>();
  const asked = new Set<string>();
  const queue: string[] = [];
  let running = 0;

  const lookUp = async (address: string): Promise<void> => {
    const { lookupService } = (await import('node:dns')).promises;
    try {
      const { hostname } = await lookupService(address, 0);
      const name = hostname.replace(/\.$/, '');
      if (name !== '' && name !== address) names.set(address, name);
    } catch {
      // An address without a name is shown as it is.
    }
  };

  const work = async (found: () => void): Promise<void> => {
    running += 1;
    for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
      const before = names.size;
      await lookUp(address);
      if (names.size > before) found();
    }
    running -= 1;
  };

  const start = (addresses: Iterable<string>, found: () => void): Promise<void>[] => {
    for (const address of addresses) {
      if (asked.has(address)) continue;
      asked.add(address);
      queue.push(address);
    }
    const workers: Promise<void>[] = [];
    while (running < AT_ONCE && workers.length < queue.length) workers.push(work(found));
    return workers;
  };

  return {
    names,
    start: (addresses, found) => void start(addresses, found),
    all: async (addresses) => {
      const end = new AbortController();
      const patience = clock.sleep(PATIENCE_MS, end.signal).catch(() => undefined);
      await Promise.race([Promise.all(start(addresses, () => undefined)), patience]);
      end.abort();
    },
  };
}
