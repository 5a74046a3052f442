import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, compareVersions, parseApiLevel, parseVersion } from './semver.ts';

test('reading', () => {
  assert.deepEqual(parseVersion('v2.11.3-RC.1+x'), { major: 2, minor: 11, patch: 3, pre: 'RC.1' });
  assert.deepEqual(parseVersion('2.11'), { major: 2, minor: 11, patch: 0, pre: '' });
  assert.deepEqual(parseVersion('2'), { major: 2, minor: 0, patch: 0, pre: '' });
  assert.equal(parseVersion('dev'), undefined);
});

test('precedence as in the semver specification', () => {
  const order = [
    'dev',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '2.0.0',
  ];
  const shuffled = [...order].reverse();
  assert.deepEqual(shuffled.sort(compareVersions), order);
  assert.equal(compareVersions('v1.2.3+a', '1.2.3+b'), 0);
});

test('minimum versions', () => {
  assert.ok(atLeast('2.10.0-beta.1', '2.10.0'));
  assert.ok(atLeast('2.11.0', '2.10.9'));
  assert.ok(!atLeast('2.9.20', '2.10.0'));
  assert.ok(!atLeast('', '2.10.0'));
});

test('API levels', () => {
  assert.equal(parseApiLevel('2'), 2);
  assert.equal(parseApiLevel(''), 0);
  assert.equal(parseApiLevel(undefined), 0);
});
