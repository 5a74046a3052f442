/** Streams of a hostile client: a kept corpus, mutations of it, and what the server answers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accept, createState, defaultOptions, systemClock } from '#server/core/state.ts';
import type { Wire } from '#server/core/wire.ts';
import { createRandom, mutate, pieces } from '#test/hostile.ts';

const folder = fileURLToPath(new URL('../corpus/server/', import.meta.url));
export const corpus = readdirSync(folder)
  .filter((f) => f.endsWith('.bin'))
  .sort()
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(folder + name)) }));

/** Keeps what failed, so that it is replayed for ever. */
function keep(bytes: Uint8Array): string {
  const name = `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(folder + name, bytes);
  return `kept as test/corpus/server/${name}`;
}

const srv = createState({
  options: { ...defaultOptions, maxPayload: 4000 },
  clock: systemClock,
  logger: null,
  runtime: 'test',
});

/** What a connection hears that sends these pieces, without INFO; the server must have forgotten it afterwards. */
export function hearing(parts: readonly Uint8Array[]): string {
  const out: string[] = [];
  let ended = '';
  const wire: Wire = {
    peer: { host: '127.0.0.1', port: 1, kind: 'tcp' },
    write(buf, offset, length) {
      out.push(Buffer.from(buf.subarray(offset, offset + length)).latin1Slice());
      return length;
    },
    end: (reason) => {
      ended = reason ?? 'end';
    },
    destroy: () => {
      ended = 'destroyed';
    },
    pause: () => {},
    resume: () => {},
  };
  const handler = accept(srv, wire);
  for (const part of parts) {
    if (ended !== '') break;
    handler.onData(Buffer.from(part));
  }
  handler.onClose();
  assert.equal(srv.clients.size, 0);
  assert.equal(srv.globalAccount.sublist.count, 0);
  assert.equal(srv.subscriptions, 0);
  assert.equal(srv.dirty.length, 0);
  // Which member of a queue group gets a message is chance.
  const said = out.join('').replace(/^(H?MSG \S+) \S+ /gm, '$1 ');
  return `${said.replace(/INFO \{.*?\} \r\n/g, '')}<${ended}>`;
}

/** Tries so many mutations: none may break the server, leave something behind, or be answered by how it was cut. */
export function tryMutations(count: number): void {
  const seed = Number(process.env.FUZZ_SEED ?? 20_261_128);
  const random = createRandom(seed);
  // Long streams cost most and teach least.
  const short = corpus.filter((c) => c.bytes.length < 1000);
  for (let i = 0; i < count; i++) {
    const bytes = mutate(random.pick(i % 100 === 0 ? corpus : short).bytes, random);
    let whole: string;
    let cut: string;
    try {
      whole = hearing([bytes]);
      cut = hearing(pieces(bytes, random));
    } catch (error) {
      assert.fail(`stream ${i} of seed ${seed}: ${error}; ${keep(bytes)}`);
    }
    if (whole !== cut) assert.fail(`stream ${i} of seed ${seed} is answered differently in pieces; ${keep(bytes)}`);
  }
}
