import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fipsReport } from './fips-report.ts';

test('an ordinary build reports that the mode is off and reads no file', async () => {
  const asked: string[] = [];
  const report = await fipsReport(async (path) => {
    asked.push(path);
    return undefined;
  });
  assert.deepEqual(report, { on: false, provider: '', version: '', module: '', library: '', checks: [] });
  assert.deepEqual(asked, []);
});
