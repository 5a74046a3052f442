import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLine } from './line.ts';

const cases: [string, string[], boolean, Record<string, string>][] = [
  ['nats pub a "b c"', ['nats', 'pub', 'a', 'b c'], false, {}],
  ["nats pub a 'x & y' &", ['nats', 'pub', 'a', 'x & y'], true, {}],
  ['nats sub a&', ['nats', 'sub', 'a'], true, {}],
  ["nats pub a 'x&'", ['nats', 'pub', 'a', 'x&'], false, {}],
  ['NATS_URL=x:1 A=b rtt', ['rtt'], false, { NATS_URL: 'x:1', A: 'b' }],
  ['A=1', [], false, { A: '1' }],
  ['  # nothing', [], false, {}],
  ['rtt # three', ['rtt'], false, {}],
  ['', [], false, {}],
];

for (const [line, words, background, variables] of cases) {
  test(`line: ${line}`, () => {
    const parsed = parseLine(line);
    assert.deepEqual(parsed.words, words);
    assert.equal(parsed.background, background);
    assert.deepEqual(Object.fromEntries(parsed.variables), variables);
  });
}

test('an open quote is a usage error', () => {
  assert.throws(() => parseLine('nats pub "a'), /quote/);
});
