import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCLibrary } from './c-library.ts';
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
    'those for several files',
    async () => {
      const lean = leanFiles(async () => systemFiles);
      await lean.forSeveral();
      return lean;
    },
  ],
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
    const files = await world();
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

/** A folder with something of each kind; what it holds afterwards is compared. */
function prepared(name: string): string {
  const folder = at(name);
  mkdirSync(join(folder, 'full/of'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'file'), 'before', { mode: 0o640 });
  writeFileSync(join(folder, 'target'), 'before', { mode: 0o600 });
  symlinkSync('target', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  return folder;
}

function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mode } = lstatSync(path);
      const text = existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'latin1') : '';
      return `${name} ${mode.toString(8)} ${text.length} ${text.slice(0, 10)}`;
    });
}

test('the lean ways write, create and remove what node:fs does, and fail as it does', async () => {
  const [a, b] = [prepared('lean-written'), prepared('written')];
  const targets = ['file', 'new', 'link', 'dangling', 'empty', 'full', 'nowhere/file', 'file/below', 'with\0nul', ''];
  const lean = () => leanFiles(async () => systemFiles);
  for (const target of targets) {
    for (const [data, mode] of [
      ['text ü', 0o600],
      [Uint8Array.of(0, 255), 0o600],
      ['', 0o600],
      ['x'.repeat(100_000), 0o600],
      ['wide', 0o644],
      ['usual', undefined],
    ] as const) {
      for (const call of ['createNew', 'write', 'createNew', 'remove'] as const) {
        const paths = [a, b].map((folder) => (target === '' ? '' : `${folder}/${target}`)) as [string, string];
        const [got, wanted] =
          call === 'remove'
            ? [await outcome(lean().remove(paths[0])), await outcome(systemFiles.remove(paths[1]))]
            : [
                await outcome(lean()[call](paths[0], data, mode)),
                await outcome(systemFiles[call](paths[1], data, mode)),
              ];
        assert.deepEqual(got, wanted, `${call} ${mode} of ${target}`);
        assert.deepEqual(contents(a), contents(b), `after ${call} ${mode} of ${target}`);
      }
    }
  }
  await lean().remove(join(a, 'full'), { recursive: true });
  assert.equal(existsSync(join(a, 'full')), false);
});

const onLinux = { skip: process.platform !== 'linux' || typeof Bun === 'undefined' };

test('the C library does the common things itself and leaves the others alone', onLinux, () => {
  const c = openCLibrary();
  assert.ok(c);
  const folder = prepared('by-c');
  const here = (name: string) => join(folder, name);
  assert.equal(spawnSync('mkfifo', [here('pipe')]).status, 0);
  assert.partialDeepStrictEqual(c.stat(here('file')), { type: 'file', size: 6, mode: 0o640 });
  assert.partialDeepStrictEqual(c.stat(here('link')), { type: 'file', size: 6, mode: 0o600 });
  assert.equal(c.stat(here('full'))?.missing, undefined);
  assert.deepEqual(c.stat(here('dangling')), { missing: 'ENOENT' });
  assert.deepEqual(c.stat(here('file/below')), { missing: 'ENOTDIR' });
  assert.partialDeepStrictEqual(c.stat(here('pipe')), { type: 'other', size: 0 });
  // Opening a pipe would wait for somebody, and what is read from it is gone.
  assert.equal(c.replace(here('pipe'), 'x', 0o600), false);
  assert.equal(c.replace(here('link'), 'x', 0o600), false);
  assert.equal(c.replace(here('file'), 'x', 0o644), false);
  assert.equal(c.replace(here('file'), 'x', 0o600), false, 'who may read it stays');
  assert.equal(c.replace(here('target'), 'after', 0o600), true);
  assert.equal(readFileSync(here('target'), 'utf8'), 'after');
  assert.equal(statSync(here('target')).mode & 0o777, 0o600);
  assert.equal(c.create(here('file'), 'x', 0o600), false);
  assert.equal(c.create(here('new'), 'x', 0o600), true);
  assert.equal(c.remove(here('full')), false);
  assert.equal(c.remove(here('new')), true);
  assert.deepEqual(c.names(here('full')), ['of']);
  assert.equal(c.names(here('file')), undefined);
  assert.equal(Buffer.from(c.read(here('target'), 5) ?? []).toString(), 'after');
  assert.equal(c.read(here('target'), 4), undefined, 'it grew since somebody looked');
  assert.equal(c.read(here('target'), 6), undefined, 'it shrank');
  assert.deepEqual(readdirSync(folder).sort(), ['dangling', 'empty', 'file', 'full', 'link', 'pipe', 'target']);
});
