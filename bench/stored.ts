// Rows of whole streams: written to a folder, read back from one, and read message by message.
import type { Step } from './process.ts';
import { type Bars, quietly, type Row, tool, type World } from './row.ts';

const STREAM = 'BENCHLARGE';
/** Bytes of one message. */
const SIZE = 4096;
const PATIENCE_MS = 180_000;
const bars: Bars = { rate: 1.5, cpu: 0.5, rss: 80 };

const folder = (world: World, name: string) => `${world.dir}/${name}`;

/** Fills the stream on disk; the same for every row. */
function fill(world: World, mib: number): Step[] {
  const words = ['bench', 'js', 'pub', 'sync', 'bench.large', '--stream', STREAM, '--create', '--purge'];
  const made = quietly(
    world,
    ...words,
    '--storage',
    'file',
    '--maxbytes',
    '4GB',
    '--size',
    `${SIZE}B`,
    '--msgs',
    '1',
    '--no-progress',
  );
  const msgs = (mib * 2 ** 20) / SIZE - 1;
  const argv = world.bound('fill', String(world.port), 'bench.large', String(SIZE), String(msgs));
  return [made, { argv, timeoutMs: PATIENCE_MS }];
}

/** Rows about a stream of `mib` MiB; one operation is one MiB. */
export function storedRows(mib: number): Row[] {
  const row = (id: string, title: string, more: Pick<Row, 'argv' | 'once'> & Partial<Row>): Row => ({
    id,
    title: `${title}, ${mib} MiB`,
    ops: mib,
    bars,
    byWall: true,
    timeoutMs: PATIENCE_MS,
    ...more,
  });
  const of = (words: (world: World) => readonly string[]): Row['argv'] => {
    return (world, side) => {
      const path = tool(world, side);
      return path === undefined ? undefined : [path, '-s', world.url, ...words(world)];
    };
  };
  return [
    row('backup', 'stream backup', {
      once: (world) => fill(world, mib),
      before: (world) => [{ argv: ['rm', '-rf', folder(world, 'out')] }],
      argv: of((world) => ['stream', 'backup', STREAM, folder(world, 'out'), '--no-progress']),
    }),
    row('view', 'messages of a stream to a pipe', {
      once: (world) => fill(world, mib),
      lines: (mib * 2 ** 20) / SIZE,
      argv: of(() => ['sub', '--stream', STREAM, '--all', '--terminate-at-end', '--raw']),
    }),
    row('restore', 'stream restore', {
      once: (world) => [
        ...fill(world, mib),
        { ...quietly(world, 'stream', 'backup', STREAM, folder(world, 'in'), '--no-progress'), timeoutMs: PATIENCE_MS },
      ],
      before: (world) => [quietly(world, 'stream', 'rm', STREAM, '-f')],
      argv: of((world) => ['stream', 'restore', folder(world, 'in'), '--no-progress']),
    }),
  ];
}
