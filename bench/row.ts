// What a row of the measurements is, and the world it is measured in.
import type { Step } from './process.ts';

/** Where the programs are and what they talk to. */
export interface World {
  readonly nats: string;
  readonly nk: string;
  readonly nsc: string;
  readonly go: { readonly nats: string | undefined; readonly nk: string | undefined; readonly nsc: string | undefined };
  /** argv of a bound. */
  bound(...words: readonly string[]): string[];
  readonly empty: string;
  /** A Node with its path and the build for it; only where a row asked for it. */
  readonly onNode: { readonly node: string; readonly nats: string } | undefined;
  /** The real server. */
  readonly url: string;
  readonly port: number;
  readonly dir: string;
}

/** Who runs. */
export type Side = 'ours' | 'go' | 'bound';

export interface Bars {
  /** Our rate as a multiple of Go's, at the least. */
  readonly rate?: number;
  /** Our CPU as a multiple of Go's, at the most. */
  readonly cpu?: number;
  /** Our mean latency as a multiple of Go's, at the most. */
  readonly latency?: number;
  /** Our rate as a share of the bound's, at the least. */
  readonly ofBound?: number;
  /** CPU milliseconds over Go's, at the most. */
  readonly overGo?: number;
  /** Largest resident size in MiB. */
  readonly rss?: number;
}

export interface Row {
  readonly id: string;
  readonly title: string;
  /** Operations of one run; CPU is told per operation. */
  readonly ops: number;
  readonly bars: Bars;
  /** Before the first run, not measured. */
  readonly once?: (world: World) => readonly Step[];
  /** Before every run, not measured. */
  readonly before?: (world: World) => readonly Step[];
  /** A replay server of this message size and count stands in for the real one. */
  readonly replay?: readonly [size: number, count: number];
  /** The real server answers requests. */
  readonly responder?: boolean;
  /** Lines that must come out. */
  readonly lines?: number;
  /** The rate is told by the time from start to end, for programs that do not tell it themselves. */
  readonly byWall?: boolean;
  /** The longest a run may take; 20,000 where not given. */
  readonly timeoutMs?: number;
  /** Runs in the build for Node. */
  readonly onNode?: boolean;
  /** The command, or undefined where that side does not exist. `port` is the server's. */
  argv(world: World, side: Side, port: number): readonly string[] | undefined;
}

export const tool = (world: World, side: Side): string | undefined =>
  side === 'ours' ? world.nats : side === 'go' ? world.go.nats : undefined;

/** Commands of the tool itself that prepare a run. */
export const quietly = (world: World, ...words: string[]): Step => ({ argv: [world.nats, '-s', world.url, ...words] });
