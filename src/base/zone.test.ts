import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLayout } from './layout.ts';
import { formatDateTime } from './time.ts';
import { localOffset, setLocalZone } from './zone.ts';

test('local times follow whoever knows the zone, and the runtime where nobody does', (t) => {
  t.after(() => setLocalZone(() => undefined));
  const summer = 1_720_000_000;
  const ofRuntime = -new Date(summer * 1000).getTimezoneOffset() * 60;
  assert.equal(localOffset(summer), ofRuntime + 0);
  setLocalZone((seconds) => (seconds === summer ? -12_600 : undefined));
  assert.equal(localOffset(summer), -12_600);
  assert.equal(formatDateTime(BigInt(summer) * 1_000_000_000n), '2024-07-03 06:16:40');
  assert.equal(localOffset(summer + 1), ofRuntime + 0);
});

test('names follow whoever knows them', (t) => {
  t.after(() => setLocalZone(() => undefined));
  setLocalZone(
    () => 7200,
    (seconds, offset) => (seconds === 60 && offset === 7200 ? 'EET' : undefined),
  );
  assert.equal(formatLayout(60_000_000_000n, '15:04 MST'), '02:01 EET');
});
