import { visibleLine } from '#base/visible.ts';
import { padEnd, textWidth, truncate } from '#base/width.ts';
import { type Block, createBlock } from './block.ts';
import { editKey, insertText, type LineState, lineState, windowOf } from './edit.ts';
import { createHistory, type History } from './history.ts';
import type { TermIO } from './io.ts';
import type { Key } from './keys.ts';

/** How reading a line ended. */
export type LineResult =
  /** A pasted line may hold line breaks. */
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C: the line was thrown away. */
  | { readonly kind: 'interrupt' }
  /** Ctrl-D on an empty line, or the end of input. */
  | { readonly kind: 'end' };

/** What could stand in place of the word before the cursor. */
export interface Completion {
  /** Where the word that is completed begins. */
  readonly from: number;
  /** Whole words that fit there. */
  readonly words: readonly string[];
  /** Follows a word that is the only one; default a blank. */
  readonly suffix?: string;
}

/** What a line editor knows beforehand. */
export interface LineEditorOptions {
  /** Lines of earlier sessions, oldest first. */
  readonly history?: readonly string[];
  /** Asked on Tab. Failures are taken as no answer. */
  readonly complete?: (text: string, cursor: number) => Completion | undefined | Promise<Completion | undefined>;
}

/** Reads lines from a terminal. */
export interface LineEditor {
  /** Reads one line after a prompt (one line, styles allowed). The terminal is in raw mode until it resolves. */
  readLine(prompt: string): Promise<LineResult>;
  /**
   * Runs `print`, which writes to the terminal, with the line out of its way, and draws the line again below it.
   * `ended`: what is printed ends its last line.
   */
  aside(print: () => void, ended: boolean): void;
  readonly history: readonly string[];
}

/** What the editor of one line knows. */
interface Session {
  readonly io: TermIO;
  readonly prompt: string;
  readonly history: History;
  readonly complete: LineEditorOptions['complete'];
  state: LineState;
  /** Text and hit of a search in the history. */
  search: { query: string; hit: number; failed: boolean } | undefined;
  /** Shown below the line until the next key. */
  below: string[];
  /** What is on the screen; undefined before the line is drawn and after it is finished. */
  block?: Block | undefined;
}

/**
 * A line editor for shells: keys as in readline, history with arrows and Ctrl-R, completion with Tab, pastes in one piece.
 * Long lines scroll sideways.
 */
export function createLineEditor(io: TermIO, options: LineEditorOptions = {}): LineEditor {
  const history = createHistory(options.history);
  let session: Session | undefined;
  return {
    get history() {
      return history.lines;
    },
    async readLine(prompt) {
      history.start('');
      const shownPrompt = truncate(prompt, Math.max(1, io.size().columns - 12));
      session = {
        io,
        prompt: shownPrompt,
        history,
        complete: options.complete,
        state: lineState(),
        search: undefined,
        below: [],
      };
      const result = await edit(session);
      if (result.kind === 'line') history.add(result.text);
      return result;
    },
    aside(print, ended) {
      const block = session?.block;
      block?.clear();
      print();
      if (!session || !block) return;
      if (!ended) io.write('\r\n');
      draw(session, block);
    },
  };
}

async function edit(session: Session): Promise<LineResult> {
  const { io } = session;
  let block = createBlock(io);
  session.block = block;
  const normal = (): void => {
    io.raw(false);
    io.write('\x1b[?2004l');
  };
  const offExit = io.onExit(normal);
  io.raw(true);
  io.write('\x1b[?2004h');
  const offResize = io.onResize(() => draw(session, block));
  const keys = io.keys()[Symbol.asyncIterator]();
  try {
    for (;;) {
      draw(session, block);
      const next = await keys.next();
      if (next.done) return finish(session, block, { kind: 'end' });
      const key = next.value;
      if (key.ctrl && key.name === 'l') {
        io.write('\x1b[H\x1b[2J');
        block = createBlock(io);
        session.block = block;
      }
      const result = await press(session, key);
      if (result) return finish(session, block, result);
    }
  } finally {
    offResize();
    await keys.return?.();
    normal();
    offExit();
  }
}

function finish(session: Session, block: Block, result: LineResult): LineResult {
  const mark = result.kind === 'interrupt' ? '^C' : '';
  session.block = undefined;
  block.finish([`${session.prompt}${visibleLine(session.state.text)}${mark}`]);
  return result;
}

function draw(session: Session, block: Block): void {
  const { io, search } = session;
  const columns = Math.max(2, io.size().columns - 1);
  const mark = io.facts.unicode ? '…' : '~';
  const label = search ? `${search.failed ? 'not found' : 'search'} "${visibleLine(search.query)}": ` : session.prompt;
  const prompt = truncate(label, Math.max(1, Math.floor((columns * 2) / 3)), mark);
  const start = textWidth(prompt);
  const { text, column } = windowOf(session.state, columns - start, { mark });
  block.show([prompt + text, ...session.below], { row: 0, column: start + column });
}

async function press(session: Session, key: Key): Promise<LineResult | undefined> {
  session.below = [];
  if (key.ctrl && key.name === 'c') return { kind: 'interrupt' };
  if (session.search && pressSearch(session, key)) return undefined;
  const { state } = session;
  if (key.name === 'enter') return { kind: 'line', text: state.text };
  if (key.ctrl && key.name === 'd' && state.text === '') return { kind: 'end' };
  if (key.ctrl && key.name === 'r') session.search = { query: '', hit: session.history.lines.length, failed: false };
  else if (key.name === 'tab') await completeWord(session);
  else if (key.name === 'up' || (key.ctrl && key.name === 'p')) recall(session, session.history.older(state.text));
  else if (key.name === 'down' || (key.ctrl && key.name === 'n')) recall(session, session.history.newer(state.text));
  else if (key.name === 'paste') session.state = insertText(state, key.text.replace(/\n+$/, ''));
  else session.state = editKey(state, key) ?? state;
  return undefined;
}

function recall(session: Session, line: string | undefined): void {
  if (line !== undefined) session.state = lineState(line, line.length, session.state.killed);
}

/** True when the key was for the search; other keys end it and keep what was found. */
function pressSearch(session: Session, key: Key): boolean {
  const search = session.search;
  if (!search) return false;
  const find = (query: string, before: number): void => {
    const hit = session.history.search(query, before);
    if (hit >= 0) recall(session, session.history.lines[hit]);
    session.search = { query, hit: hit >= 0 ? hit : search.hit, failed: hit < 0 };
  };
  if (key.ctrl && key.name === 'r') find(search.query, search.hit);
  else if (key.name === 'backspace') find([...search.query].slice(0, -1).join(''), session.history.lines.length);
  else if (key.text !== '' && key.name !== 'paste')
    find(search.query + key.text, Math.min(search.hit + 1, session.history.lines.length));
  else {
    session.search = undefined;
    const cancelled = key.ctrl && key.name === 'g';
    if (cancelled) session.state = lineState();
    return cancelled || key.name === 'escape';
  }
  return true;
}

async function completeWord(session: Session): Promise<void> {
  const { text, cursor } = session.state;
  const found = await Promise.resolve()
    .then(() => session.complete?.(text, cursor))
    .catch(() => undefined);
  if (!found || found.from > cursor) return;
  const typed = text.slice(found.from, cursor);
  const words = [...new Set(found.words)].filter((word) => word.startsWith(typed));
  const [first] = words;
  if (first === undefined) return;
  const shared = words.reduce((prefix, word) => sharedPrefix(prefix, word), first);
  const suffix = words.length === 1 ? (found.suffix ?? ' ') : '';
  if (shared.length > typed.length || suffix !== '') {
    const inserted = shared + (text.startsWith(suffix, cursor) ? '' : suffix);
    const head = text.slice(0, found.from) + inserted;
    session.state = { ...session.state, text: head + text.slice(cursor), cursor: head.length };
  } else session.below = inColumns(words, session.io.size());
}

function sharedPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  // Not between the halves of a surrogate pair.
  if (/[\ud800-\udbff]$/.test(a.slice(0, length))) length--;
  return a.slice(0, length);
}

/** Words in columns, top to bottom, in at most a third of the window; the rest is counted. */
function inColumns(words: readonly string[], size: { columns: number; rows: number }): string[] {
  const room = Math.max(1, size.columns - 1);
  const shown = words.map((word) => truncate(visibleLine(word), room));
  const width = Math.max(...shown.map((word) => textWidth(word))) + 2;
  const perRow = Math.max(1, Math.floor((room + 2) / width));
  const most = Math.max(1, Math.floor(size.rows / 3));
  const rows = Math.min(most, Math.ceil(shown.length / perRow));
  const fit = shown.slice(0, rows * perRow);
  const columns = Math.ceil(fit.length / rows);
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => padEnd(fit[column * rows + row] ?? '', width))
      .join('')
      .trimEnd(),
  );
  const left = shown.length - fit.length;
  return left > 0 ? [...lines, truncate(`and ${left} more`, room)] : lines;
}
