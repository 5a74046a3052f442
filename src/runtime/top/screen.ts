// The full screen: polls, keys and pictures. All it decides is when; what is shown is made in view/top.
import type { TermIO } from '#term/io.ts';
import { createScreen } from '#term/screen.ts';
import { columnIds } from '#view/top/columns.ts';
import { findNext, HEAD_ROWS, lookOf, topFrame } from '#view/top/frame.ts';
import { helpEnd } from '#view/top/help.ts';
import { emptySnapshot, type Snapshot, snapshotOf } from '#view/top/rates.ts';
import { type TopRows, topRows } from '#view/top/rows.ts';
import { type KeyWorld, pressTop, type TopState, topState } from '#view/top/state.ts';
import type { Clock } from '../runtime.ts';
import { createHistory, type History } from './history.ts';
import { createHosts } from './hosts.ts';
import { sortFields, type TopOptions } from './options.ts';
import { createPolls, wantsOf } from './polls.ts';
import type { Recorder } from './record.ts';
import type { TopSource } from './source.ts';

/** Milliseconds a message stands on row 7, and a restart is told. */
const MESSAGE_MS = 1_000;
const NOTICE_MS = 30_000;
/** Moments shown as bars, and looked at for slow consumers. */
const TRENDS = 60;

interface World {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly recorder?: Recorder | undefined;
}

/** What is watched: servers as they are now, or a record. */
export type Watched = { readonly source: TopSource } | { readonly record: History };

/** Shows the screen until the user quits, the input ends, a signal comes, or the refreshes are done. */
export async function topScreen(io: TermIO, watched: Watched, options: TopOptions, world: World): Promise<void> {
  const end = new AbortController();
  const stop = (): void => end.abort();
  const restore = takeOver(io);
  const session = createSession(io, watched, options, world, stop);
  world.signal.addEventListener('abort', stop, { once: true });
  try {
    session.draw();
    const keys = io.keys()[Symbol.asyncIterator]();
    const over = new Promise<void>((resolve) => {
      if (end.signal.aborted || world.signal.aborted) resolve();
      else end.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const typing = (async () => {
      for (let next = await keys.next(); !next.done && !end.signal.aborted; next = await keys.next()) {
        session.press(next.value);
      }
      stop();
    })();
    await Promise.race([over, Promise.all([typing, session.watch(end.signal)])]);
    await keys.return?.();
  } finally {
    stop();
    world.signal.removeEventListener('abort', stop);
    session.close();
    restore();
  }
}

/** Raw keys until the result is called, or the process ends or stops. */
function takeOver(io: TermIO): () => void {
  const normal = (): void => io.raw(false);
  const raw = (): void => io.raw(true);
  const offExit = io.onExit(normal);
  const offStop = io.onStop({ leave: normal, back: raw });
  raw();
  return () => {
    normal();
    offExit();
    offStop();
  };
}

interface Session {
  draw(): void;
  press(key: Parameters<typeof pressTop>[1]): void;
  /** Polls, or plays the record, until the signal. Rejects when drawing or recording fails, never because a server is away. */
  watch(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The picture that was made last, and of what. */
interface Shown {
  readonly key: string;
  readonly snapshot: Snapshot;
  rows?: { readonly key: string; readonly list: TopRows };
}

function createSession(io: TermIO, watched: Watched, options: TopOptions, world: World, quit: () => void): Session {
  const { clock } = world;
  const live = createHistory();
  const history: History = 'record' in watched ? watched.record : live;
  const poll = 'source' in watched ? createPolls(watched.source, live, clock, world.recorder) : undefined;
  let state: TopState = topState({
    page: options.page,
    sort: options.query.sort,
    limit: options.query.limit,
    subs: options.query.subs,
    lookup: options.lookup,
    raw: options.raw,
    columns: { [options.page]: options.columns },
  });
  let shown: Shown = { key: '', snapshot: emptySnapshot };
  let notice: { readonly text: string; readonly until: bigint } = { text: '', until: 0n };
  let messageUntil = 0n;
  let wake: (() => void) | undefined;
  // Something changed while a poll was under way: the next one does not wait.
  let again = false;
  const hosts = createHosts(clock);
  const screen = createScreen(io, { onResize: () => draw() });

  const after = (ms: number): bigint => clock.mono() + BigInt(ms) * 1_000_000n;

  /** The moment to show, and the one before it. */
  function snapshot(): Snapshot {
    const { at, sort, limit } = state;
    const moment = history.moment(at);
    if (!moment) return shown.snapshot;
    const resort = sort !== moment.sort;
    const key = `${at} ${sort} ${limit}`;
    if (key !== shown.key) {
      const before = history.moment(at - 1)?.samples;
      shown = { key, snapshot: snapshotOf(before, moment.samples, { sort, limit, resort }) };
    }
    return shown.snapshot;
  }

  function rowsNow(): TopRows {
    const now = snapshot();
    const { page, filter, reverse, sorts, lookup, subs } = state;
    const key = JSON.stringify([page, filter, reverse, sorts, lookup && hosts.names.size, subs]);
    if (shown.rows?.key !== key) shown.rows = { key, list: topRows(now, state, lookOf(state, hosts.names)) };
    return shown.rows.list;
  }

  function draw(): void {
    const [now, rows] = [snapshot(), rowsNow()];
    const trends = history.trends(state.at, TRENDS);
    screen.draw(
      topFrame(now, rows, state, {
        ...screen.size,
        hosts: hosts.names,
        notice: clock.mono() < notice.until ? notice.text : '',
        rates: trends,
        slow: Math.max(0, (trends.at(-1)?.slow ?? 0) - (trends[0]?.slow ?? 0)),
        moment: momentText(),
      }),
    );
    if (state.lookup && rows.kind === 'conns') hosts.start(new Set(rows.list.slice().map((conn) => conn.ip)), draw);
  }

  function momentText(): string {
    if (!poll)
      return `${clockOf(history.moment(state.at)?.at)}  record ${state.at}/${history.newest}${state.frozen ? ' paused, p plays' : ''}`;
    if (!state.frozen) return '';
    return `${clockOf(history.moment(state.at)?.at)}  frozen ${state.at - history.newest || 'now'} of ${history.newest - history.oldest}, p goes on`;
  }

  async function step(signal: AbortSignal): Promise<void> {
    if (!poll) {
      if (!state.frozen) state = { ...state, at: Math.min(state.at + 1, history.newest) };
      if (state.at === history.newest) state = { ...state, frozen: true };
    } else {
      const { sort, limit, subs, page } = state;
      const { news } = await poll({ sort, limit, subs, wants: wantsOf(page, world.recorder !== undefined) }, signal);
      if (signal.aborted) return;
      if (news !== '') notice = { text: news, until: after(NOTICE_MS) };
      // What is looked back at may be forgotten meanwhile.
      state = { ...state, at: state.frozen ? Math.max(state.at, history.oldest) : history.newest };
    }
    if (messageUntil !== 0n && clock.mono() >= messageUntil) {
      state = { ...state, message: '' };
      messageUntil = 0n;
    }
    draw();
  }

  function jump(): void {
    const at = findNext(rowsNow(), state, lookOf(state, hosts.names), state.top);
    if (at < 0) state = { ...state, message: state.find === '' ? 'nothing to find yet' : `not found: ${state.find}` };
    else state = { ...state, top: at };
  }

  function keyWorld(): KeyWorld {
    const columns = columnIds(state.page);
    const sorts: readonly string[] = state.page === 'connections' ? sortFields : columns;
    return {
      page: Math.max(1, screen.size.rows - HEAD_ROWS - 1),
      rows: rowsNow().list.length,
      oldest: history.oldest,
      newest: history.newest,
      helpEnd: helpEnd(screen.size.columns, screen.size.rows),
      columns,
      isSort: (text) => text === '' || sorts.includes(text),
    };
  }

  return {
    draw,
    press(key) {
      const [next, wish] = pressTop(state, key, keyWorld());
      state = next;
      if (!state.frozen && poll) state = { ...state, at: history.newest };
      if (wish === 'quit') return quit();
      if (wish === 'suspend') return io.suspend();
      if (wish === 'redraw') screen.invalidate();
      if (wish === 'find') jump();
      if (state.message !== '') messageUntil = after(MESSAGE_MS);
      draw();
      if (wish !== 'poll' || !poll) return;
      if (wake) wake();
      else again = true;
    },
    async watch(signal) {
      const { refreshes = 0 } = options;
      for (let polls = 1; !signal.aborted; polls++) {
        const started = clock.mono();
        await step(signal);
        if (refreshes > 0 && polls >= refreshes) return quit();
        const left = options.delay * 1000 - Number(clock.mono() - started) / 1e6;
        const pause = new AbortController();
        const cut = (): void => pause.abort();
        signal.addEventListener('abort', cut, { once: true });
        wake = cut;
        if (again) cut();
        again = false;
        await clock.sleep(Math.max(1, left), pause.signal).catch(() => undefined);
        wake = undefined;
        signal.removeEventListener('abort', cut);
      }
    },
    close: () => screen.stop(),
  };
}

/** The clock time in a time of RFC 3339. */
function clockOf(time: string | undefined): string {
  return /T(\d\d:\d\d:\d\d)/.exec(time ?? '')?.[1] ?? '';
}
