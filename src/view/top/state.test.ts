import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnIds } from './columns.ts';
import { pressTop, type TopState, topState } from './state.ts';

const start = topState({
  page: 'connections',
  columns: {},
  sort: 'cid',
  limit: 10,
  subs: false,
  lookup: false,
  raw: false,
});

/** Presses keys, `ctrl-z` and `shift-tab` among them, and gives the state after the last one. */
function press(keys: string, from: TopState = start): { state: TopState; wish: unknown } {
  let state = from;
  let wish: unknown;
  for (const word of keys.split(' ')) {
    const name = word.replace(/^(ctrl|shift)-/, '');
    const columns = columnIds(state.page);
    const isSort = (text: string) => (state.page === 'connections' ? text === 'subs' : columns.includes(text));
    const key = { name, ctrl: word.startsWith('ctrl-'), shift: word.startsWith('shift-'), text: '' };
    [state, wish] = pressTop(
      state,
      { ...key, text: name.length === 1 && !key.ctrl ? name : '' },
      { page: 5, rows: 20, oldest: 3, newest: 40, helpEnd: 9, columns, isSort },
    );
  }
  return { state, wish };
}

/** The keys of a text. */
const typed = (text: string): string => [...text].join(' ');

test('while a field is typed other keys are letters, q quits but in a filter', () => {
  assert.deepEqual([press('o s u b s enter').state.sort, press('o s u b s enter').state.subs], ['subs', false]);
  assert.equal(press('o x enter').state.message, 'invalid order: x');
  assert.equal(press('o q').wish, 'quit');
  assert.equal(press('/ q').state.filter, 'q');
  assert.equal(press('/ q escape').state.filter, '');
  assert.equal(press('n 1 2 x enter').state.limit, 12);
  assert.equal(press('n x enter').state.limit, 10);
  assert.equal(press('end').state.top, 15);
  assert.equal(press('end pageup up').state.top, 9);
  assert.equal(press('h x').state.help, false);
  assert.deepEqual([press('h down down up').state.helpTop, press('h down').state.help], [1, true]);
});

test('pages by their numbers and in turn', () => {
  assert.deepEqual([press('3').state.page, press('3').wish], ['accounts', 'poll']);
  assert.equal(press('tab tab').state.page, 'accounts');
  assert.equal(press('shift-tab').state.page, 'closed');
  assert.equal(press('8 tab').state.page, 'connections');
  assert.equal(press('9').state.page, 'connections');
  assert.equal(press('G 2').state.top, 0);
});

test('columns are chosen by page, and unknown ones are named', () => {
  const { state, wish } = press(`c ${typed('host,+rtt')} enter`);
  assert.deepEqual([state.columns.connections, wish], [['host', '+rtt'], 'poll']);
  assert.equal(press(`c ${typed('host,nope')} enter`).state.message, 'no such column: nope');
  assert.equal(press('c escape').state.asking, undefined);
  assert.deepEqual(press('c ctrl-u enter', state).state.columns.connections, []);
});

test('another page is ordered by its own columns, whose names may hold a q', () => {
  const { state, wish } = press(`6 o ${typed('queue')} enter`);
  assert.deepEqual([state.sorts.subscriptions, state.sort, wish], ['queue', 'cid', undefined]);
  assert.equal(press(`6 o ${typed('subs')} enter`).state.message, 'invalid order: subs');
});

test('looking back stays within what there is', () => {
  const now: TopState = { ...start, at: 40 };
  assert.deepEqual([press('[ [', now).state.at, press('[', now).state.frozen], [38, true]);
  assert.equal(press('{ { { { {', now).state.at, 3);
  assert.equal(press('[ }', now).state.at, 40);
  assert.deepEqual([press('[ p', now).state.frozen, press('[ p', now).wish], [false, 'poll']);
  assert.equal(press('ctrl-z').wish, 'suspend');
});
