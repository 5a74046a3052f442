// The full screen: polls, keys and pictures. All it decides is when; what is shown is made in view/top.
import { messageOf } from '#base/errors.ts';
import type { TermIO } from '#term/io.ts';
import { createScreen } from '#term/screen.ts';
import { filtered, findNext, HEAD_ROWS, lookOf, topFrame } from '#view/top/frame.ts';
import { emptySnapshot, joinSamples, restarted, type Sample, type Snapshot, withRates } from '#view/top/model.ts';
import { pressTop, type TopState, topState } from '#view/top/state.ts';
import type { Clock } from '../runtime.ts';
import { createHosts } from './hosts.ts';
import type { TopSource } from './source.ts';
import { sortFields, type TopOptions } from './top.ts';

/** Milliseconds a message stands on row 7, and a restart is told. */
const MESSAGE_MS = 1_000;
const NOTICE_MS = 30_000;

interface World {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Shows the screen until the user quits, the input ends, a signal comes, or the refreshes are done. */
export async function topScreen(io: TermIO, source: TopSource, options: TopOptions, world: World): Promise<void> {
  const end = new AbortController();
  const stop = (): void => end.abort();
  const restore = takeOver(io);
  const session = createSession(io, source, options, world, stop);
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

/** Raw keys until the result is called, or the process ends. */
function takeOver(io: TermIO): () => void {
  const normal = (): void => io.raw(false);
  const offExit = io.onExit(normal);
  io.raw(true);
  return () => {
    normal();
    offExit();
  };
}

interface Session {
  draw(): void;
  press(key: Parameters<typeof pressTop>[1]): void;
  /** Polls until the signal. Rejects when drawing fails, never because a server is away. */
  watch(signal: AbortSignal): Promise<void>;
  close(): void;
}

function createSession(io: TermIO, source: TopSource, options: TopOptions, world: World, quit: () => void): Session {
  const { clock } = world;
  let state: TopState = topState({
    sort: options.query.sort,
    limit: options.query.limit,
    subs: options.query.subs,
    lookup: options.lookup,
    raw: options.raw,
  });
  let shown: Snapshot = emptySnapshot;
  let good: Sample | undefined;
  let earlier: Sample | undefined;
  let notice: { readonly text: string; readonly until: bigint } = { text: '', until: 0n };
  let messageUntil = 0n;
  let wake: (() => void) | undefined;
  // Something changed while a poll was under way: the next one does not wait.
  let again = false;
  const hosts = createHosts(clock);
  const screen = createScreen(io, { onResize: () => draw() });

  const after = (ms: number): bigint => clock.mono() + BigInt(ms) * 1_000_000n;
  const page = (): number => Math.max(1, screen.size.rows - HEAD_ROWS - 1);

  function draw(): void {
    const look = lookOf(state, hosts.names);
    const rows = filtered(shown, state, look);
    const text = clock.mono() < notice.until ? notice.text : '';
    screen.draw(topFrame(shown, rows, state, { ...screen.size, hosts: hosts.names, notice: text }));
    if (state.lookup) hosts.start(new Set(rows.map((conn) => conn.ip)), draw);
  }

  function take(samples: readonly Sample[]): void {
    const joined = joinSamples(samples, state.sort, state.limit);
    const many = samples.length > 1;
    if (joined.error !== '' && !many && good) {
      // The last good figures stay; the first line says why they are old.
      shown = { ...shown, error: `${joined.error} (old figures, trying again)` };
      return;
    }
    if (good && restarted(good.varz, joined.varz)) {
      notice = { text: `server restarted, up ${joined.varz.uptime}`, until: after(NOTICE_MS) };
      if (many) notice = { ...notice, text: 'the set of servers changed' };
    }
    shown = withRates(good, joined, state.perSecond);
    if (joined.error === '' || many) {
      earlier = good;
      good = joined;
    }
  }

  async function poll(signal: AbortSignal): Promise<boolean> {
    const { sort, limit, subs } = state;
    try {
      const samples = await source.poll({ sort, limit, subs }, signal);
      if (state.frozen) return true;
      take(samples);
    } catch (error) {
      if (signal.aborted) return false;
      shown = { ...shown, error: messageOf(error) };
    }
    if (messageUntil !== 0n && clock.mono() >= messageUntil) {
      state = { ...state, message: '' };
      messageUntil = 0n;
    }
    draw();
    return true;
  }

  function jump(): void {
    const look = lookOf(state, hosts.names);
    const rows = filtered(shown, state, look);
    const at = findNext(rows, state, look, state.top);
    if (at < 0) state = { ...state, message: state.find === '' ? 'nothing to find yet' : `not found: ${state.find}` };
    else state = { ...state, top: at };
  }

  return {
    draw,
    press(key) {
      const rows = filtered(shown, state, lookOf(state, hosts.names)).length;
      const [next, wish] = pressTop(state, key, {
        page: page(),
        rows,
        isSort: (text) => text === '' || (sortFields as readonly string[]).includes(text),
      });
      // The rates of the connections are only made while they are shown.
      if (next.perSecond && !state.perSecond && good) shown = { ...withRates(earlier, good, true), error: shown.error };
      state = next;
      if (wish === 'quit') return quit();
      if (wish === 'redraw') screen.invalidate();
      if (wish === 'find') jump();
      if (state.message !== '') messageUntil = after(MESSAGE_MS);
      draw();
      if (wish !== 'poll') return;
      if (wake) wake();
      else again = true;
    },
    async watch(signal) {
      for (let polls = 1; !signal.aborted; polls++) {
        const started = clock.mono();
        if (!(await poll(signal))) break;
        if (options.refreshes > 0 && polls >= options.refreshes) return quit();
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
