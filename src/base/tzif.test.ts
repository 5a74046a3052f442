import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneFileName, zoneFileOffset } from './tzif.ts';

function header(times: number, types: number, chars: number): number[] {
  const counts = [0, 0, 0, times, types, chars].flatMap((n) => [0, 0, 0, n]);
  return [0x54, 0x5a, 0x69, 0x66, 50, ...new Array(15).fill(0), ...counts];
}

/** Two offsets, changing at the times given; a version 1 block that is empty goes first. */
function zone(changes: readonly [seconds: number, kind: number][], footer: string): Uint8Array {
  const times = changes.flatMap(([s]) => [...new Uint8Array(new BigInt64Array([BigInt(s)]).buffer)].reverse());
  const record = (offset: number, dst: number) =>
    [...new Uint8Array(new Int32Array([offset]).buffer)].reverse().concat(dst, dst * 4);
  const types = [...record(3600, 0), ...record(7200, 1)];
  const text = [...new TextEncoder().encode(`CET\0CEST\0\n${footer}\n`)];
  return Uint8Array.from([
    ...header(0, 0, 0),
    ...header(changes.length, 2, 9),
    ...times,
    ...changes.map(([, kind]) => kind),
    ...types,
    ...text,
  ]);
}

test('takes the offset of the last change before the moment', () => {
  const bytes = zone(
    [
      [100, 1],
      [200, 0],
    ],
    'CET-1',
  );
  assert.equal(zoneFileOffset(bytes, 99), 3600);
  assert.equal(zoneFileOffset(bytes, 100), 7200);
  assert.equal(zoneFileOffset(bytes, 199), 7200);
  assert.equal(zoneFileOffset(bytes, 200), 3600);
});

test('does not know what a daylight saving rule says', () => {
  const bytes = zone([[100, 1]], 'CET-1CEST,M3.5.0,M10.5.0/3');
  assert.equal(zoneFileOffset(bytes, 50), 3600);
  assert.equal(zoneFileOffset(bytes, 150), undefined);
});

test('a zone without changes has its one offset', () => {
  assert.equal(zoneFileOffset(zone([], 'CET-1'), 1e9), 3600);
});

test('anything else is no zone file', () => {
  assert.equal(zoneFileOffset(new Uint8Array(0), 0), undefined);
  assert.equal(zoneFileOffset(new TextEncoder().encode('x'.repeat(200)), 0), undefined);
  assert.equal(zoneFileOffset(zone([[100, 1]], 'CET-1').subarray(0, 95), 0), undefined);
});

test('names the zone as its kind of time does, and behind the last change as the rule does', () => {
  const rule = 'CET-1CEST,M3.5.0,M10.5.0/3';
  const bytes = zone([[100, 1]], rule);
  assert.equal(zoneFileName(bytes, 99, 3600), 'CET');
  assert.equal(zoneFileName(zone([[100, 1]], 'CEST-2'), 100, 7200), 'CEST');
  assert.equal(zoneFileName(bytes, 1e9, 3600), 'CET');
  assert.equal(zoneFileName(bytes, 1e9, 7200), 'CEST');
  assert.equal(zoneFileName(zone([[100, 1]], 'EST5EDT,M3.2.0,M11.1.0'), 1e9, -18_000), 'EST');
  assert.equal(zoneFileName(zone([[100, 1]], '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0'), 1e9, 37_800), '+1030');
  assert.equal(zoneFileName(zone([[100, 1]], '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0'), 1e9, 39_600), '+11');
  assert.equal(zoneFileName(new TextEncoder().encode('x'.repeat(200)), 0, 0), undefined);
});
