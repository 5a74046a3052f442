/** Runs made-up worlds on both servers and tells where they part. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realServer, startOurs, startReal, type TestServer } from './server-world.ts';
import { converse, makeWorld } from './server-worlds-made.ts';

/**
 * nats-server reads accounts in an order that changes from run to run, and whether imports form a circle can hang on it.
 * So a difference only counts when it stays.
 */
const TRIES = 12;

/** Whether nats-server takes the configuration, every time. */
function realTakes(config: string): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-config-'));
  try {
    const file = join(dir, 'server.conf');
    writeFileSync(file, config);
    for (let i = 0; i < TRIES; i++) if (spawnSync(realServer()!, ['-t', '-c', file]).status !== 0) return false;
    return true;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function talk(start: (config: string) => Promise<TestServer>, seed: number): Promise<string[] | string> {
  const made = makeWorld(seed);
  let server: TestServer;
  try {
    server = await start(made.config);
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : error}`;
  }
  try {
    return await converse(server, made);
  } finally {
    await server.stop();
  }
}

/** Compares the verdicts on `count` worlds. Returns how many could be talked with; fails at the first difference. */
export async function compareVerdicts(seed: number, count: number): Promise<number> {
  console.log(`verdicts: seed ${seed}, ${count} configurations`);
  let spoken = 0;
  for (let i = 0; i < count; i++) {
    const ours = await talk(startOurs, seed + i);
    const { config } = makeWorld(seed + i);
    const where = `world ${seed + i}:\n${config}\n`;
    if (typeof ours === 'string') {
      assert.equal(realTakes(config), false, `${where}${ours}, but nats-server takes it`);
      continue;
    }
    let real = await talk(startReal, seed + i);
    for (let n = 1; n < TRIES && typeof real === 'string'; n++) real = await talk(startReal, seed + i);
    assert.ok(typeof real !== 'string', `${where}taken, but nats-server says ${real}`);
    const at = ours.findIndex((line, n) => line !== real[n]);
    if (at >= 0 || ours.length !== real.length) {
      const n = at < 0 ? Math.min(ours.length, real.length) : at;
      assert.fail(`${where}${real.slice(0, n).slice(-3).join('\n')}\nours: ${ours[n]}\nreal: ${real[n]}`);
    }
    spoken++;
  }
  console.log(`verdicts: the same for ${spoken} configurations in conversation, ${count - spoken} refused by both`);
  return spoken;
}
