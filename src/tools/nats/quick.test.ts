import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quickLine } from './quick.ts';

const line = (text: string) => quickLine(text.split(' '));

test('a plain publish, with a server and --quiet', () => {
  const plain = { subject: 's', body: 'b', quiet: false, server: undefined };
  assert.deepEqual(line('pub s b'), plain);
  assert.deepEqual(line('publish s b'), plain);
  assert.deepEqual(quickLine(['pub', 's', '']), { ...plain, body: '' });
  assert.deepEqual(line('pub s b -q'), { ...plain, quiet: true });
  assert.deepEqual(line('pub --quiet s b'), { ...plain, quiet: true });
  for (const text of ['-s u pub s b', 'pub -s u s b', 'pub s b --server u', '--server=u pub s b']) {
    assert.deepEqual(line(text), { ...plain, server: 'u' }, text);
  }
});

test('anything else is left to the command', () => {
  for (const text of [
    'pub s',
    'pub s b c',
    'sub s b',
    'pub',
    'help pub s',
    '-q pub s b',
    'pub s b -q -q',
    'pub s b -H A:1',
    'pub s b --count 2',
    'pub s b -J',
    'pub s b --help',
    'pub s b -su',
    'pub s b -s',
    'pub s b -s -q',
    'pub s b -s u -s v',
    'pub s b --server=',
    'pub s -- b',
    'pub s -b',
    'pub s @file',
    'pub s {{Count}}',
    'pub s.{{Count}} b',
    'pub s b --user joe',
    'stream pub s b',
    'pub pub s b',
  ]) {
    assert.equal(line(text), undefined, text);
  }
});
