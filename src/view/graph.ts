/** A graph to be drawn by other programs; dot.ts and mermaid.ts write it. */
export interface Graph {
  readonly title?: string;
  /** Arrows when true (the default), lines when false. */
  readonly directed?: boolean;
  /** Direction of the layout; default left to right. */
  readonly layout?: 'LR' | 'TB';
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** One node of a graph. */
export interface GraphNode {
  /** Any text, unique in the graph. */
  readonly id: string;
  /** Shown instead of the id; may hold line breaks. */
  readonly label?: string;
  /** Nodes of one group are drawn in one box of that name. */
  readonly group?: string;
  readonly shape?: 'box' | 'round' | 'cylinder' | 'hexagon';
  readonly color?: string;
}

/** One edge; its ends may be nodes that are not listed. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly color?: string;
  readonly dashed?: boolean;
}

/** Nodes by group, groups in the order of their first node; nodes without one come first under the empty name. */
export function nodesByGroup(graph: Graph): Map<string, GraphNode[]> {
  const groups = new Map<string, GraphNode[]>([['', []]]);
  for (const node of graph.nodes) {
    const name = node.group ?? '';
    const group = groups.get(name);
    if (group) group.push(node);
    else groups.set(name, [node]);
  }
  return groups;
}
