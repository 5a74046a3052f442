import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemFiles } from './files.ts';
import { leanFiles } from './lean-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'lean-'));
after(() => rmSync(dir, { recursive: true }));
const at = (name: string) => join(dir, name);

mkdirSync(at('folder/.hidden'), { recursive: true });
mkdirSync(at('nothing'));
mkdirSync(at('folder/x*'));
writeFileSync(at('folder/text'), '\ufeffträ\u0000ge\n');
writeFileSync(at('folder/empty'), '');
writeFileSync(at('large'), 'ü'.repeat(100_000));
writeFileSync(at('torn'), Uint8Array.of(97, 0xff, 98));
symlinkSync('folder', at('link'));
symlinkSync('nowhere', at('dangling'));
writeFileSync(at('locked'), 'x');
chmodSync(at('locked'), 0);

const places = ['', 'folder', 'folder/', 'folder/text', 'folder/empty', 'folder/text/x', 'large', 'torn', 'nothing'];
const more = ['missing', 'missing/x', 'link', 'link/text', 'dangling', 'locked'];

/** What a call gives, or the code of its error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    const value = await call;
    return Array.isArray(value) ? [...value].sort() : value instanceof Uint8Array ? Buffer.from(value) : value;
  } catch (error) {
    return `failed: ${(error as NodeJS.ErrnoException).code}`;
  }
}

for (const [name, world] of [
  ['the lean ways', () => leanFiles(async () => systemFiles)],
  [
    'node:fs after dozens of calls',
    () => {
      const lean = leanFiles(async () => systemFiles);
      void lean.full();
      return lean;
    },
  ],
] as const) {
  test(`${name} find what the system has`, async () => {
    const files = world();
    for (const place of [...places, ...more]) {
      for (const call of ['readText', 'readBytes', 'exists', 'list'] as const) {
        const [got, wanted] = [await outcome(files[call](at(place))), await outcome(systemFiles[call](at(place)))];
        assert.deepEqual(got, wanted, `${call} of ${place}`);
      }
      for (const name of ['text', 'x*', '.hidden', 'missing']) {
        const [got, wanted] = [files, systemFiles].map((ways) => outcome(ways.listWith(at(place), name)));
        assert.deepEqual(await got, await wanted, `listWith ${name} of ${place}`);
      }
    }
  });
}

test('what is read does not change with the file', async () => {
  writeFileSync(at('changing'), 'before');
  const bytes = await leanFiles(async () => systemFiles).readBytes(at('changing'));
  writeFileSync(at('changing'), 'behind');
  assert.equal(Buffer.from(bytes).toString(), 'before');
});
