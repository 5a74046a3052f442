// What `watch servers` and `watch jetstream` share: the statistics that servers send by themselves, one row a server.
import { formatDateTime } from '#base/time.ts';
import { any, obj, str, stream } from '#cli/schema.ts';
import type { StatsAnswer } from '#client/system/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Table } from '#view/table-model.ts';
import { countText, largest, watchTable } from './live.ts';

/** A number of a server's statistics. */
export type Key = (s: StatsAnswer) => number | bigint;

/** What `--sort` offers: the word in the title and the number that decides. */
export type Keys = Readonly<Record<string, readonly [label: string, key: Key]>>;

export const statisticsOutput = stream(obj({ server: obj({ name: str }), statsz: any }));

/** What one of the two shows of the servers. */
export interface ServerTable {
  readonly sort: Keys[string] | undefined;
  readonly number: number;
  /** Whether a server belongs into the table; every one does when left out. */
  belongs?(s: StatsAnswer): boolean;
  /** The table below the title: of the servers shown, and the sum of a number over all of them. */
  table(shown: readonly StatsAnswer[], sum: (pick: Key) => bigint): Omit<Table, 'title'>;
}

/** Watches the statistics of all servers until interrupted. */
export async function watchStatistics(runtime: Runtime, wanted: ServerTable): Promise<void> {
  const [label, key] = wanted.sort ?? ['', () => 0];
  const servers = new Map<string, StatsAnswer>();
  let last = runtime.clock.now();
  const sorted = () => largest(servers.values(), key, (s) => s.server.name);
  const sum = (pick: Key) => [...servers.values()].reduce((n, s) => n + BigInt(pick(s)), 0n);
  await watchTable<StatsAnswer>(runtime, wanted.number, {
    subject: '$SYS.SERVER.*.STATSZ',
    ping: true,
    take: (stats) => {
      if (wanted.belongs?.(stats) === false) return;
      servers.set(stats.server.id, stats);
      last = runtime.clock.now();
    },
    data: sorted,
    table: (rows) => {
      const shown = sorted().slice(0, rows);
      const count = countText(servers.size, shown.length);
      return {
        title: `Top ${count} Server activity by ${label} at ${formatDateTime(last)}`,
        ...wanted.table(shown, sum),
      };
    },
  });
}
