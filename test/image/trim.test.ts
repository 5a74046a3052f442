// The runtime without other languages: every locale of the environment gives the same, and nothing fails on the way.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bunPath } from '../../scripts/bun.mjs';
import { trim } from '../../scripts/trim.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-trim-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const COMMON = `
const out = [];
for (const l of [undefined, 'en', 'en-US']) {
  out.push((1234567.891).toLocaleString(l), new Date(0).toLocaleString(l, { timeZone: 'Asia/Tokyo' }));
  out.push(['ä', 'z', 'a', 'B'].sort(new Intl.Collator(l).compare).join(''), 'a'.localeCompare('B', l));
  out.push(new Intl.PluralRules(l).select(1), new Intl.NumberFormat(l, { style: 'currency', currency: 'EUR' }).format(1));
}
out.push([...new Intl.Segmenter().segment('👩‍👩‍👧กำé')].length, 'ﬁ'.normalize('NFKC'), 'ß'.toUpperCase());
out.push(new TextDecoder('shift_jis').decode(Uint8Array.of(0x82, 0xa0)), new URL('http://münchen.de').host);
console.log(JSON.stringify(out));
`;
const FOREIGN = `
const out = [];
for (const l of ['de', 'ja', 'th', 'zh-Hant-TW', 'ar', 'tr']) {
  out.push(l, (1.5).toLocaleString(l), new Date(0).toLocaleDateString(l), ['b', 'a'].sort(new Intl.Collator(l).compare).join(''));
  out.push([...new Intl.Segmenter(l, { granularity: 'word' }).segment('สวัสดี こんにちは hello')].length > 2);
  out.push(new Intl.DisplayNames(l, { type: 'region' }).of('DE').length > 0, 'I'.toLocaleLowerCase(l));
}
console.log(out.length);
`;

const runtime = join(dir, 'bun');
const run = (program: string, code: string, locale: string) => {
  const file = join(dir, 'code.js');
  writeFileSync(file, code);
  const r = spawnSync(program, [file], { encoding: 'utf8', env: { LANG: locale, LC_ALL: locale, PATH: '' } });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout;
};

test('English and everything without a language stay as they were, under every locale', (t) => {
  copyFileSync(bunPath(), runtime);
  const report = trim(runtime);
  if (report.entries === 0) return t.skip('this runtime has no Unicode table of its own');
  assert.ok(report.bytes > 5_000_000, `only ${report.bytes} bytes were left out`);
  const before = run(bunPath(), COMMON, 'C');
  for (const locale of ['C', 'de_DE.UTF-8', 'ja_JP.UTF-8', 'tr_TR', 'nonsense'])
    assert.equal(run(runtime, COMMON, locale), before, locale);
  assert.equal(run(runtime, FOREIGN, 'th_TH.UTF-8'), '42\n');
  assert.equal(trim(runtime).entries, 0, 'a second time there is nothing left to do');
});
