// `npm test`: finds the test files, runs them a few at a time with one reporter, and closes with one summary line.
// --long adds *.long.test.ts (volume, soak, fault); words choose files by part of their path.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bunPath } from './bun.mjs';
import { natsServer } from './nats-server.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const words = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const long = process.argv.includes('--long');

function* find(dir: string): Generator<string> {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* find(path);
    else if (name.endsWith('.test.ts') && (long || !name.endsWith('.long.test.ts'))) yield path;
  }
}

let server: string | undefined;
try {
  server = natsServer();
} catch (error) {
  console.log(`nats-server is not to be had here: ${(error as Error).message}`);
  console.log('Left out: every test that starts the real nats-server; each says so as a skipped test.');
}

const all = ['src', 'test', 'image', 'bench'].flatMap((d) => [...find(join(root, d))]);
const chosen = words.length > 0 ? all.filter((f) => words.some((w) => relative(root, f).includes(w))) : all;
const pure = chosen.filter((f) => relative(root, f).startsWith('src'));
const rest = chosen.filter((f) => !pure.includes(f));

/** Pure tests share one process; the others, which start servers and programs, get one each, two at a time. */
const groups = [...(pure.length > 0 ? [pure] : []), ...rest.map((f) => [f])];
const total = { pass: 0, fail: 0, skip: 0 };
const failures: string[] = [];

/** Milliseconds that one test or hook may take: a hang must end, building images on two slow cores must not. */
const LIMIT = '120000';
const LONG_LIMIT = '1800000';

async function runGroup(files: string[]): Promise<void> {
  const started = performance.now();
  const limit = files.some((f) => f.endsWith('.long.test.ts')) ? LONG_LIMIT : LIMIT;
  const child = Bun.spawn([bunPath(), 'test', '--timeout', limit, ...files.map((f) => './' + relative(root, f))], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', NATSBOX_TESTS: '1', ...(server ? { NATS_SERVER: server } : {}) },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const text = out + err;
  const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, 'm').exec(text)?.[1] ?? 0);
  const [pass, fail, skip] = [count('pass'), count('fail'), count('skip')];
  total.pass += pass;
  total.skip += skip;
  total.fail += fail + (status !== 0 && fail === 0 ? 1 : 0);
  const name = files.length === 1 ? relative(root, files[0] as string) : `src (${files.length} files)`;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name}  ${pass} passed${skip ? `, ${skip} skipped` : ''}  ${seconds} s`,
  );
  if (status !== 0) failures.push(`---- ${name}\n${text}`);
}

const queue = [...groups];
const lanes = process.env['NATSBOX_TEST_LANES'] ? Number(process.env['NATSBOX_TEST_LANES']) : 2;
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let group = queue.shift(); group; group = queue.shift()) await runGroup(group);
  }),
);
for (const text of failures) console.log(text);
console.log(`${total.pass} passed, ${total.fail} failed, ${total.skip} skipped`);
process.exit(total.fail > 0 || total.pass === 0 ? 1 : 0);
