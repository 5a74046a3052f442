// What is measured. Every row runs our program, the Go tool where there is one, and a bound where there is one, in turn.
import { type Bars, quietly, type Row, tool, type World } from './row.ts';
import { storedRows } from './stored.ts';

function start(id: string, title: string, program: 'nats' | 'nk' | 'nsc', words: readonly string[], bars: Bars): Row {
  return {
    id,
    title,
    ops: 1,
    bars,
    argv: (world, side) => {
      if (side === 'bound') return [world.empty];
      const path = side === 'ours' ? world[program] : world.go[program];
      return path === undefined ? undefined : [path, ...words.map((w) => w.replace('URL', world.url))];
    },
  };
}

/** The build for Node, beside the Go tool and a Node that does nothing. */
const onNode: Row = {
  id: 'node',
  title: 'nats --version on Node 26',
  ops: 1,
  bars: { cpu: 0.8 },
  onNode: true,
  argv: (world, side) => {
    if (side === 'go') return world.go.nats === undefined ? undefined : [world.go.nats, '--version'];
    if (!world.onNode) return undefined;
    const { node, nats } = world.onNode;
    return side === 'ours' ? [node, nats, '--version'] : [node, '-e', ''];
  },
};

function publish(size: number, msgs: number): Row {
  return {
    id: `pub-${size}`,
    title: `bench pub, ${size} B`,
    ops: msgs,
    bars: { rate: 1.3, cpu: 0.4, ofBound: 0.85 },
    argv: (world, side, port) => {
      if (side === 'bound') return world.bound('blast', String(port), String(size), String(msgs));
      const path = tool(world, side);
      const words = [
        '-s',
        world.url,
        'bench',
        'pub',
        'bench',
        '--msgs',
        String(msgs),
        '--size',
        `${size}B`,
        '--no-progress',
      ];
      return path === undefined ? undefined : [path, ...words];
    },
  };
}

function receive(size: number, msgs: number): Row {
  return {
    id: `sub-${size}`,
    title: `bench sub, ${size} B`,
    ops: msgs,
    replay: [size, msgs],
    bars: { rate: 2.5, cpu: 0.25, ofBound: 0.8 },
    argv: (world, side, port) => {
      if (side === 'bound') return world.bound('discard', String(port), String(size), String(msgs));
      const path = tool(world, side);
      const words = ['bench', 'sub', 'bench', '--msgs', String(msgs), '--size', `${size}B`, '--no-progress'];
      return path === undefined ? undefined : [path, '-s', `127.0.0.1:${port}`, ...words];
    },
  };
}

/** A benchmark of our own and of the Go tool, word for word the same. */
function both(
  id: string,
  title: string,
  ops: number,
  words: readonly string[],
  bars: Bars,
  more: Partial<Row> = {},
): Row {
  return {
    id,
    title,
    ops,
    bars,
    ...more,
    argv: (world, side) => {
      const path = tool(world, side);
      return path === undefined ? undefined : [path, '-s', world.url, ...words, '--msgs', String(ops), '--no-progress'];
    },
  };
}

const trip: Bars = { latency: 1, cpu: 0.5 };
const flow: Bars = { rate: 1.2, cpu: 0.4 };

const filled = (msgs: number) => (world: World) => [
  quietly(
    world,
    'bench',
    'js',
    'pub',
    'async',
    'bench.js',
    '--create',
    '--purge',
    '--storage',
    'memory',
    '--msgs',
    String(msgs),
    '--no-progress',
  ),
  {
    argv: [
      'sh',
      '-c',
      '"$0" -s "$1" consumer rm benchstream nats-bench -f >/dev/null 2>&1; exit 0',
      world.nats,
      world.url,
    ],
  },
];
const emptied = (world: World) => [
  quietly(
    world,
    'bench',
    'js',
    'pub',
    'sync',
    'bench.js',
    '--create',
    '--purge',
    '--storage',
    'memory',
    '--msgs',
    '1',
    '--no-progress',
  ),
];

/** All rows; `scale` makes the runs shorter. */
export function rows(scale: number): Row[] {
  const n = (count: number) => Math.max(100, Math.round(count * scale));
  return [
    start('version', 'nats --version', 'nats', ['--version'], { cpu: 0.13 }),
    start('one-pub', 'nats pub', 'nats', ['-s', 'URL', 'pub', 'bench.one', 'hello'], { cpu: 0.18 }),
    start('nk', 'nk -gen user', 'nk', ['-gen', 'user'], { overGo: 6 }),
    start('nsc', 'nsc --version', 'nsc', ['--version'], { overGo: 6 }),
    onNode,
    publish(16, n(1_000_000)),
    publish(128, n(1_000_000)),
    publish(1024, n(400_000)),
    receive(16, n(4_000_000)),
    receive(128, n(2_000_000)),
    receive(1024, n(400_000)),
    both('request', 'request and reply', n(10_000), ['bench', 'service', 'request', 'bench.svc'], trip, {
      responder: true,
    }),
    both('js-sync', 'bench js pub sync', n(10_000), ['bench', 'js', 'pub', 'sync', 'bench.js'], trip, {
      before: emptied,
    }),
    both('kv-put', 'bench kv put', n(10_000), ['bench', 'kv', 'put', '--storage', 'file'], trip),
    both('kv-get', 'bench kv get', n(10_000), ['bench', 'kv', 'get'], trip, {
      before: (world) => [quietly(world, 'bench', 'kv', 'put', '--msgs', String(n(10_000)), '--no-progress')],
    }),
    both(
      'js-async',
      'bench js pub async',
      n(100_000),
      ['bench', 'js', 'pub', 'async', 'bench.js'],
      { rate: 1.35, cpu: 0.4 },
      { before: emptied },
    ),
    both('js-fetch', 'bench js fetch', n(100_000), ['bench', 'js', 'fetch'], flow, { before: filled(n(100_000)) }),
    both('js-consume', 'bench js consume', n(100_000), ['bench', 'js', 'consume'], flow, {
      before: filled(n(100_000)),
    }),
    {
      id: 'sub-pipe',
      title: 'nats sub to a pipe, 128 B',
      ops: n(500_000),
      replay: [128, n(500_000)],
      lines: n(500_000),
      bars: { cpu: 0.2 },
      argv: (world, side, port) => {
        const path = tool(world, side);
        return path === undefined
          ? undefined
          : [path, '-s', `127.0.0.1:${port}`, 'sub', 'bench', '--raw', '--count', String(n(500_000))];
      },
    },
    ...storedRows(Math.max(8, Math.round(1024 * scale))),
  ];
}
