import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandWords } from './answer.ts';

test('a command line is split before anything is filled in', () => {
  assert.deepEqual(commandWords('echo got {{1}} and {{.Request}}'), ['echo', 'got', '{{1}}', 'and', '{{.Request}}']);
  assert.deepEqual(commandWords('curl -s "http://h/{{1}}?a=b"'), ['curl', '-s', 'http://h/{{1}}?a=b']);
  assert.deepEqual(commandWords('x {{ Random 5 "9" }}y'), ['x', '{{ Random 5 "9" }}y']);
  assert.deepEqual(commandWords("sh -c 'a {{0}} b'"), ['sh', '-c', 'a {{0}} b']);
  assert.deepEqual(commandWords(''), []);
  assert.throws(() => commandWords('echo "'));
});
