// The examples of docs/client.md, run as they stand there against a real server, print what stands below them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../../scripts/bun.mjs';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Inside of the project, so that the programs find it by its name as its users do.
mkdirSync(join(root, 'dist'), { recursive: true });
const dir = mkdtempSync(join(root, 'dist/docs-'));
let server: NatsServer;

beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
});
after(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true });
});

const page = readFileSync(join(root, 'docs/client.md'), 'utf8');
const examples = [...page.matchAll(/^## (.+)$[\s\S]*?^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/gm)];

serverTest('every example is found', () => {
  assert.equal(examples.length, page.match(/^```ts$/gm)?.length);
});

for (const [, title = '', code = '', printed] of examples) {
  serverTest(`the example of "${title}" prints what the page says`, () => {
    const file = join(dir, `${title.toLowerCase()}.ts`);
    assert.ok(code.includes('nats://127.0.0.1:4222'));
    writeFileSync(file, code.replaceAll('nats://127.0.0.1:4222', server.url));
    const r = spawnSync(bunPath(), [file], { encoding: 'utf8', timeout: 20_000 });
    assert.deepEqual([r.stdout, r.stderr, r.status], [printed, '', 0]);
  });
}
