// What the screen of nats-top remembers, and what each key does to it. Pure: the driver polls and draws.

/** Keys as the screen needs them; a Key of the term floor fits. */
export interface TopKey {
  readonly name: string;
  readonly ctrl: boolean;
  readonly text: string;
}

/** What is being typed on row 7. */
export type Asking = 'sort' | 'limit' | 'filter' | 'find';

/** Everything the user can change. */
export interface TopState {
  readonly sort: string;
  readonly limit: number;
  readonly subs: boolean;
  readonly lookup: boolean;
  readonly raw: boolean;
  readonly perSecond: boolean;
  readonly help: boolean;
  readonly asking: Asking | undefined;
  readonly typed: string;
  /** Shown on row 7 until the next key or for a second. */
  readonly message: string;
  /** Only connections that hold this text are shown. */
  readonly filter: string;
  /** Connections that hold this text are marked. */
  readonly find: string;
  /** First connection shown. */
  readonly top: number;
  /** Columns left out after the first two. */
  readonly left: number;
  readonly frozen: boolean;
}

/** What a key asks the driver for. */
export type Wish = 'quit' | 'poll' | 'redraw' | 'find' | undefined;

/** What the reducer has to know. */
export interface KeyWorld {
  /** Rows of the window the table has. */
  readonly page: number;
  /** Connections that pass the filter. */
  readonly rows: number;
  isSort(text: string): boolean;
}

/** The state a session starts with. */
export function topState(start: Pick<TopState, 'sort' | 'limit' | 'subs' | 'lookup' | 'raw'>): TopState {
  return {
    ...start,
    perSecond: false,
    help: false,
    asking: undefined,
    typed: '',
    message: '',
    filter: '',
    find: '',
    top: 0,
    left: 0,
    frozen: false,
  };
}

type Step = readonly [TopState, Wish];

/** One key: the state after it, and what the driver has to do. */
export function pressTop(before: TopState, key: TopKey, world: KeyWorld): Step {
  const state = before.message === '' ? before : { ...before, message: '' };
  if (key.ctrl && key.name === 'c') return [state, 'quit'];
  if (key.ctrl && key.name === 'l') return [state, 'redraw'];
  if (state.asking) return answer(state, state.asking, key, world);
  if (key.name === 'q' && !key.ctrl) return [state, 'quit'];
  if (state.help) return [{ ...state, help: false }, undefined];
  return key.ctrl ? [state, undefined] : command(state, key.name, world);
}

function command(state: TopState, name: string, world: KeyWorld): Step {
  const ask = (asking: Asking, typed = ''): Step => [{ ...state, asking, typed }, undefined];
  const set = (change: Partial<TopState>, wish?: Wish): Step => [{ ...state, ...change }, wish];
  switch (name) {
    case 'o':
      return ask('sort');
    case 'n':
      return ask('limit');
    case '/':
      return ask('filter', state.filter);
    case 'f':
      return ask('find');
    case '.':
      return set({}, 'find');
    case 's':
      return set({ subs: !state.subs }, 'poll');
    case 'd':
      return set({ lookup: !state.lookup });
    case 'b':
      return set({ raw: !state.raw });
    case 'space':
      return set({ perSecond: !state.perSecond });
    case 'p':
      return set({ frozen: !state.frozen }, state.frozen ? 'poll' : undefined);
    case '?':
    case 'h':
      return set({ help: true });
    case 'escape':
      return set({ filter: '', find: '' });
    default:
      return [move(state, name, world), undefined];
  }
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
      return { ...state, left: Math.min(11, state.left + 1) };
    default:
      return state;
  }
}

/** The longest text row 7 takes. */
const MAX_TYPED = 200;

function answer(state: TopState, asking: Asking, key: TopKey, world: KeyWorld): Step {
  const isText = asking === 'filter' || asking === 'find';
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
      return [{ ...idle, sort: typed, top: 0 }, 'poll'];
    case 'limit': {
      const number = /^[+-]?\d+/.exec(typed)?.[0];
      return number === undefined ? [idle, undefined] : [{ ...idle, limit: Number(number) }, 'poll'];
    }
    case 'filter':
      return [{ ...idle, filter: state.typed, top: 0 }, undefined];
    case 'find':
      return [{ ...idle, find: state.typed }, 'find'];
  }
}
