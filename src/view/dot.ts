import { type Graph, type GraphNode, nodesByGroup } from './graph.ts';

const shapes = { box: 'box', round: 'ellipse', cylinder: 'cylinder', hexagon: 'hexagon' };

function quoted(text: string): string {
  const safe = text.replace(/[\\"]/g, '\\$&').replace(/\r?\n/g, '\\n');
  return `"${safe.replace(/[\x00-\x1f\x7f]/g, ' ')}"`;
}

function attributes(pairs: readonly (readonly [string, string | undefined])[]): string {
  const set = pairs.filter(([, value]) => value !== undefined);
  return set.length === 0 ? '' : ` [${set.map(([name, value]) => `${name}=${quoted(value ?? '')}`).join(', ')}]`;
}

function nodeLine(node: GraphNode): string {
  const shape = node.shape === undefined ? undefined : shapes[node.shape];
  return `${quoted(node.id)}${attributes([
    ['label', node.label],
    ['shape', shape],
    ['color', node.color],
  ])};\n`;
}

/** A graph in the language of Graphviz. Ends with a newline. */
export function dotGraph(graph: Graph): string {
  const directed = graph.directed ?? true;
  let out = directed ? 'digraph {\n' : 'graph {\n';
  if (graph.title) out += `\tlabel=${quoted(graph.title)};\n`;
  out += `\trankdir=${graph.layout ?? 'LR'};\n`;
  let cluster = 0;
  for (const [group, nodes] of nodesByGroup(graph)) {
    if (group === '') out += nodes.map((node) => `\t${nodeLine(node)}`).join('');
    else {
      out += `\tsubgraph cluster_${cluster++} {\n\t\tlabel=${quoted(group)};\n`;
      out += `${nodes.map((node) => `\t\t${nodeLine(node)}`).join('')}\t}\n`;
    }
  }
  for (const edge of graph.edges) {
    const style = edge.dashed ? 'dashed' : undefined;
    const set = attributes([
      ['label', edge.label],
      ['color', edge.color],
      ['style', style],
    ]);
    out += `\t${quoted(edge.from)} ${directed ? '->' : '--'} ${quoted(edge.to)}${set};\n`;
  }
  return `${out}}\n`;
}
