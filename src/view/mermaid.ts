import { type Graph, nodesByGroup } from './graph.ts';

const shapes = { box: ['[', ']'], round: ['(', ')'], cylinder: ['[(', ')]'], hexagon: ['{{', '}}'] } as const;

/** Mermaid takes entity codes (`#34;`) for what would end a label or start markup. */
function label(text: string): string {
  const safe = text.replace(/[#"<>&;`[\](){}|]/g, (char) => `#${char.charCodeAt(0)};`);
  return `"${safe.replace(/\r?\n/g, '<br/>').replace(/[\x00-\x1f\x7f]/g, ' ')}"`;
}

/** A graph as a Mermaid flowchart. Ends with a newline. */
export function mermaidGraph(graph: Graph): string {
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const known = names.get(id) ?? `n${names.size}`;
    names.set(id, known);
    return known;
  };
  let out = graph.title ? `---\ntitle: ${JSON.stringify(graph.title)}\n---\n` : '';
  out += `flowchart ${graph.layout ?? 'LR'}\n`;
  let section = 0;
  for (const [group, nodes] of nodesByGroup(graph)) {
    const lines = nodes.map((node) => {
      const [open, close] = shapes[node.shape ?? 'box'];
      return `${nameOf(node.id)}${open}${label(node.label ?? node.id)}${close}\n`;
    });
    if (group === '') out += lines.map((line) => `  ${line}`).join('');
    else out += `  subgraph g${section++}[${label(group)}]\n${lines.map((line) => `    ${line}`).join('')}  end\n`;
  }
  const known = new Set(graph.nodes.map((node) => node.id));
  for (const edge of graph.edges) {
    for (const id of [edge.from, edge.to]) {
      if (!known.has(id)) out += `  ${nameOf(id)}[${label(id)}]\n`;
      known.add(id);
    }
    const line = edge.dashed ? '-.-' : '---';
    const arrow = (graph.directed ?? true) ? `${line.slice(0, -1)}${edge.dashed ? '->' : '>'}` : line;
    out += `  ${nameOf(edge.from)} ${arrow}${edge.label ? `|${label(edge.label)}|` : ''} ${nameOf(edge.to)}\n`;
  }
  return out;
}
