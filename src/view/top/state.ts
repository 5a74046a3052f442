// What the screen of nats-top remembers, and what each key does to it. Pure: the driver polls and draws.
import { readChoice } from './columns.ts';
import { type PageId, pageIds } from './page-ids.ts';

/** Keys as the screen needs them; a Key of the term floor fits. */
export interface TopKey {
  readonly name: string;
  readonly ctrl: boolean;
  readonly shift?: boolean;
  readonly text: string;
}

/** What is being typed on row 7. */
export type Asking = 'sort' | 'limit' | 'filter' | 'find' | 'columns';

/** Everything the user can change. */
export interface TopState {
  readonly page: PageId;
  /** Order of the connections, as the server knows it. */
  readonly sort: string;
  /** Columns the other pages are ordered by, where the user chose. */
  readonly sorts: Partial<Readonly<Record<PageId, string>>>;
  /** Columns the user chose, by page. */
  readonly columns: Partial<Readonly<Record<PageId, readonly string[]>>>;
  /** The last row first. */
  readonly reverse: boolean;
  readonly limit: number;
  readonly subs: boolean;
  readonly lookup: boolean;
  readonly raw: boolean;
  readonly perSecond: boolean;
  readonly help: boolean;
  /** First line of the help shown. */
  readonly helpTop: number;
  readonly asking: Asking | undefined;
  readonly typed: string;
  /** Shown on row 7 until the next key or for a second. */
  readonly message: string;
  /** Only rows that hold this text are shown. */
  readonly filter: string;
  /** Rows that hold this text are marked. */
  readonly find: string;
  /** First row shown. */
  readonly top: number;
  /** Columns left out after the first ones. */
  readonly left: number;
  /** The picture stays at `at`; else it follows the newest moment, or plays on. */
  readonly frozen: boolean;
  /** The moment shown, by its number. */
  readonly at: number;
}

/** What a key asks the driver for. */
export type Wish = 'quit' | 'poll' | 'redraw' | 'find' | 'suspend' | undefined;

/** What the reducer has to know. */
export interface KeyWorld {
  /** Rows of the window the table has. */
  readonly page: number;
  /** Rows that pass the filter. */
  readonly rows: number;
  /** The moments there are to look back at, by their numbers. */
  readonly oldest: number;
  readonly newest: number;
  /** The last first line of the help. */
  readonly helpEnd: number;
  /** Columns the page has, hidden ones included. */
  readonly columns: readonly string[];
  /** Whether the page can be ordered by it. */
  isSort(text: string): boolean;
}

/** The state a session starts with. */
export function topState(
  start: Pick<TopState, 'page' | 'sort' | 'limit' | 'subs' | 'lookup' | 'raw' | 'columns'>,
): TopState {
  return {
    ...start,
    sorts: {},
    reverse: false,
    perSecond: false,
    help: false,
    helpTop: 0,
    asking: undefined,
    typed: '',
    message: '',
    filter: '',
    find: '',
    top: 0,
    left: 0,
    frozen: false,
    at: 0,
  };
}

type Step = readonly [TopState, Wish];

/** One key: the state after it, and what the driver has to do. */
export function pressTop(before: TopState, key: TopKey, world: KeyWorld): Step {
  const state = before.message === '' ? before : { ...before, message: '' };
  if (key.ctrl && key.name === 'c') return [state, 'quit'];
  if (key.ctrl && key.name === 'l') return [state, 'redraw'];
  if (key.ctrl && key.name === 'z') return [state, 'suspend'];
  if (state.asking) return answer(state, state.asking, key, world);
  if (key.name === 'q' && !key.ctrl) return [state, 'quit'];
  if (state.help) return [helpKey(state, key.name, world), undefined];
  return key.ctrl ? [state, undefined] : command(state, key, world);
}

/** Keys on the help: some scroll, any other goes back. */
function helpKey(state: TopState, name: string, { helpEnd }: KeyWorld): TopState {
  const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -10, pagedown: 10 };
  const step = steps[name];
  if (step === undefined) return { ...state, help: false };
  return { ...state, helpTop: Math.max(0, Math.min(helpEnd, state.helpTop + step)) };
}

function command(state: TopState, key: TopKey, world: KeyWorld): Step {
  const ask = (asking: Asking, typed = ''): Step => [{ ...state, asking, typed }, undefined];
  const set = (change: Partial<TopState>, wish?: Wish): Step => [{ ...state, ...change }, wish];
  switch (key.name) {
    case 'o':
      return ask('sort');
    case 'n':
      return ask('limit');
    case '/':
      return ask('filter', state.filter);
    case 'f':
      return ask('find');
    case 'c':
      return ask('columns', (state.columns[state.page] ?? []).join(','));
    case '.':
      return set({}, 'find');
    case 's':
      return set({ subs: !state.subs }, 'poll');
    case 'd':
      return set({ lookup: !state.lookup });
    case 'b':
      return set({ raw: !state.raw });
    case 'i':
      return set({ reverse: !state.reverse, top: 0 });
    case 'r':
      return set({}, 'poll');
    case 'space':
      return set({ perSecond: !state.perSecond });
    case '?':
    case 'h':
      return set({ help: true, helpTop: 0 });
    case 'escape':
      return set({ filter: '', find: '' });
    default:
      return turn(state, key) ?? lookBack(state, key.name, world) ?? [move(state, key.name, world), undefined];
  }
}

/** Another page: by its number, or the next and the one before. */
function turn(state: TopState, { name, shift }: TopKey): Step | undefined {
  const at = pageIds.indexOf(state.page);
  const to = name === 'tab' ? (at + (shift ? pageIds.length - 1 : 1)) % pageIds.length : Number(name) - 1;
  const page = /^([1-9]|tab)$/.test(name) ? pageIds[to] : undefined;
  return page && [{ ...state, page, top: 0, left: 0 }, 'poll'];
}

/** Moments a large step goes. */
const LARGE = 10;

function lookBack(state: TopState, name: string, { oldest, newest }: KeyWorld): Step | undefined {
  const steps: Readonly<Record<string, number>> = { '[': -1, ']': 1, '{': -LARGE, '}': LARGE };
  if (name === 'p') return [{ ...state, frozen: !state.frozen }, state.frozen ? 'poll' : undefined];
  const step = steps[name];
  if (step === undefined) return undefined;
  return [{ ...state, frozen: true, at: Math.max(oldest, Math.min(newest, state.at + step)) }, undefined];
}

function move(state: TopState, name: string, { page, rows }: KeyWorld): TopState {
  const last = Math.max(0, rows - page);
  const to = (top: number): TopState => ({ ...state, top: Math.max(0, Math.min(last, top)) });
  switch (name) {
    case 'up':
    case 'k':
      return to(Math.min(state.top, last) - 1);
    case 'down':
    case 'j':
      return to(state.top + 1);
    case 'pageup':
      return to(Math.min(state.top, last) - page);
    case 'pagedown':
      return to(state.top + page);
    case 'home':
    case 'g':
      return to(0);
    case 'end':
    case 'G':
      return to(last);
    case 'left':
      return { ...state, left: Math.max(0, state.left - 1) };
    case 'right':
      return { ...state, left: state.left + 1 };
    default:
      return state;
  }
}

/** Characters of a typed answer at most. */
const MAX_TYPED = 200;

function answer(state: TopState, asking: Asking, key: TopKey, world: KeyWorld): Step {
  // Names of columns hold a q; the orders of the connections do not.
  const isText = asking !== 'limit' && (asking !== 'sort' || state.page !== 'connections');
  if (key.name === 'q' && !key.ctrl && !isText) return [state, 'quit'];
  const idle: TopState = { ...state, asking: undefined, typed: '' };
  if (key.name === 'escape') return [asking === 'filter' ? { ...idle, filter: '' } : idle, undefined];
  if (key.name === 'enter') return done(state, idle, asking, world);
  let typed = state.typed;
  if (key.name === 'backspace') typed = [...typed].slice(0, -1).join('');
  else if (key.ctrl && key.name === 'u') typed = '';
  else if (!key.ctrl) typed = (typed + key.text.replace(/[\r\n].*$/s, '')).slice(0, MAX_TYPED);
  const next = { ...state, typed };
  // A filter works while it is typed.
  return [asking === 'filter' ? { ...next, filter: typed, top: 0 } : next, undefined];
}

function done(state: TopState, idle: TopState, asking: Asking, world: KeyWorld): Step {
  const typed = state.typed.trim();
  switch (asking) {
    case 'sort':
      if (!world.isSort(typed)) return [{ ...idle, message: `invalid order: ${typed}` }, undefined];
      if (state.page === 'connections') return [{ ...idle, sort: typed, top: 0 }, 'poll'];
      return [{ ...idle, sorts: { ...idle.sorts, [state.page]: typed }, top: 0 }, undefined];
    case 'limit': {
      const number = /^[+-]?\d+/.exec(typed)?.[0];
      return number === undefined ? [idle, undefined] : [{ ...idle, limit: Number(number) }, 'poll'];
    }
    case 'filter':
      return [{ ...idle, filter: state.typed, top: 0 }, undefined];
    case 'find':
      return [{ ...idle, find: state.typed }, 'find'];
    case 'columns': {
      const { choice, unknown } = readChoice(typed, world.columns);
      if (unknown.length > 0) return [{ ...idle, message: `no such column: ${unknown.join(', ')}` }, undefined];
      return [{ ...idle, columns: { ...idle.columns, [state.page]: choice }, left: 0 }, 'poll'];
    }
  }
}
