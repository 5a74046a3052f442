import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MsgHeaders } from '#wire/headers.ts';
import { messageHeaders } from './headers.ts';

test('what no message can carry as a header is left out with a note, the rest goes', () => {
  const notes: string[] = [];
  const headers = messageHeaders(['A: 1 ', ':x', 'A b:c', 'é:1', 'N:l1\r\nl2', 'T:a:b'], (text) => notes.push(text));
  assert.deepEqual(headers, [
    ['A', '1'],
    ['N', 'l1  l2'],
    ['T', 'a:b'],
  ]);
  assert.equal(MsgHeaders.from(headers).size, 3);
  assert.deepEqual(
    notes.map((note) => /"(.*)"/.exec(note)?.[1]),
    ['', 'A b', 'é'],
  );
  assert.throws(() => messageHeaders(['A'], () => {}), /invalid header "A"/);
});
