import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dotGraph } from './dot.ts';
import type { Graph } from './graph.ts';
import { mermaidGraph } from './mermaid.ts';

const graph: Graph = {
  title: 'Stream Replication Structure',
  nodes: [{ id: 'ORDERS' }, { id: 'say "hi"', label: 'two\nlines', shape: 'cylinder' }, { id: 'M', group: 'C1' }],
  edges: [
    { from: 'ORDERS', to: 'M', label: 'Mirror', color: 'blue' },
    { from: 'say "hi"', to: 'X', dashed: true },
  ],
};

test('graphviz', () => {
  assert.equal(
    dotGraph(graph),
    `digraph {
	label="Stream Replication Structure";
	rankdir=LR;
	"ORDERS";
	"say \\"hi\\"" [label="two\\nlines", shape="cylinder"];
	subgraph cluster_0 {
		label="C1";
		"M";
	}
	"ORDERS" -> "M" [label="Mirror", color="blue"];
	"say \\"hi\\"" -> "X" [style="dashed"];
}
`,
  );
  assert.match(
    dotGraph({ directed: false, nodes: [], edges: [{ from: 'a', to: 'b' }] }),
    /^graph \{[\s\S]*"a" -- "b";/,
  );
});

test('mermaid', () => {
  assert.equal(
    mermaidGraph(graph),
    `---
title: "Stream Replication Structure"
---
flowchart LR
  n0["ORDERS"]
  n1[("two<br/>lines")]
  subgraph g0["C1"]
    n2["M"]
  end
  n0 -->|"Mirror"| n2
  n3["X"]
  n1 -.-> n3
`,
  );
});

test('names from the network cannot break out of a label', () => {
  const hostile: Graph = { nodes: [{ id: 'a"]; end; click x', label: 'b\\"\x1b' }], edges: [] };
  assert.ok(!dotGraph(hostile).includes('\x1b'));
  assert.match(dotGraph(hostile), /^\t"a\\"\]; end; click x" \[label="b\\\\\\" "\];$/m);
  assert.match(mermaidGraph(hostile), /^ {2}n0\["b\\#34; "\]$/m);
});
