// Mirrors and sources as a table and as a graph.
import { formatDuration, humanDuration } from '#base/duration.ts';
import { comma } from '#base/size.ts';
import type { StreamInfo, StreamSource, StreamSourceInfo } from '#client/jetstream/types.ts';
import type { Graph, GraphEdge } from '#view/graph.ts';
import type { CellValue, Table } from '#view/table-model.ts';

/** Whether a stream takes messages of others in. */
export function replicates({ config }: StreamInfo): boolean {
  return config.mirror !== undefined || (config.sources ?? []).length > 0;
}

function filtersText(source: StreamSourceInfo): string {
  const transforms = (source.subject_transforms ?? []).map((t) => `${t.src} to ${t.dest}`);
  if (transforms.length === 0 && source.filter_subject) return `${source.filter_subject} untransformed`;
  return transforms.join(', ');
}

/** A source that was never seen has -1 here, which the original shows as it shows any duration. */
function activeText(active: number | bigint, raw: boolean): string {
  return (raw ? formatDuration : humanDuration)(BigInt(active));
}

/** Who copies from whom, and how far it is. */
export function replicationTable(all: readonly StreamInfo[], raw: boolean): Table {
  const rows: CellValue[][] = [];
  const add = (name: string, kind: string, source: StreamSourceInfo, filters: string) => {
    const { active, lag, error, external } = source;
    const problem = error ? `${error.description ?? ''} (${error.err_code ?? error.code})` : '';
    const numbers = [activeText(active, raw), raw ? lag : comma(lag)];
    rows.push([name, kind, external?.api ?? '', source.name, filters, ...numbers, problem]);
  };
  for (const { config, mirror, sources } of all) {
    if (mirror) add(config.name, 'Mirror', mirror, '');
    for (const source of sources ?? []) add(config.name, 'Source', source, filtersText(source));
  }
  const headers = ['Stream', 'Kind', 'API Prefix', 'Source Stream', 'Filters and Transforms', 'Active', 'Lag', 'Error'];
  return { title: 'Replication Report', headers, rows };
}

function edgeLabel(source: StreamSource): { label?: string } {
  const transforms = source.subject_transforms ?? [];
  const [only] = transforms;
  if (transforms.length === 1 && only) return { label: `${only.src} to ${only.dest}` };
  return source.filter_subject ? { label: source.filter_subject } : {};
}

/** Streams as nodes, mirrors as blue and sources as green edges. */
export function replicationGraph(all: readonly StreamInfo[]): Graph {
  const ids = new Set<string>();
  const edges: GraphEdge[] = [];
  for (const { config } of all) {
    const to = config.name;
    for (const source of config.sources ?? []) {
      edges.push({ from: source.name, to, color: 'green', ...edgeLabel(source) });
    }
    if (config.mirror) edges.push({ from: config.mirror.name, to, color: 'blue', label: 'Mirror' });
  }
  for (const { from, to } of edges) ids.add(from).add(to);
  return { title: 'Stream Replication Structure', nodes: [...ids].map((id) => ({ id })), edges };
}
