// Subject mappings as data and as a report.
import { arr, int, map, type OutputSpec, obj, recordOf, str } from '#cli/schema.ts';
import type { WeightedMapping } from '#crypto/account.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';

/** Where the messages of each source subject go; the names are those of the original's JSON. */
export const mappingsOutput: OutputSpec = recordOf(map(arr(obj({ Subject: str, Weight: int, Cluster: str }))));

export type Mappings = ReadonlyMap<string, readonly WeightedMapping[]>;

export function mappingsData(mappings: Mappings): object {
  const targets = (list: readonly WeightedMapping[]) =>
    list.map(({ subject, weight, cluster }) => ({ Subject: subject, Weight: weight, Cluster: cluster }));
  return Object.fromEntries([...mappings].map(([source, list]) => [source, targets(list)]));
}

export async function mappingsText(runtime: Runtime, mappings: Mappings): Promise<string> {
  const report = columns('Subject mappings').section('Configuration');
  for (const [source, targets] of mappings) {
    let total = 0;
    for (const { subject, weight, cluster } of targets) {
      report.row('Source', source).row('Target', subject).row('Weight', weight).row('Cluster', cluster).row('', '');
      total += weight;
    }
    report.row('Total weight', total).row('', '');
  }
  return `${await columnsText(runtime, report)}\n`;
}
