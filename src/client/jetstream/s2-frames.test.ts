import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameCounter } from './s2-frames.ts';

const identifier = [0xff, 6, 0, 0, 0x53, 0x32, 0x73, 0x54, 0x77, 0x4f];
const plain = [0x01, 7, 0, 0, 1, 2, 3, 4, 65, 66, 67];
/** A block of 300 bytes uncompressed: 300 is ac 02. */
const compressed = [0x00, 8, 0, 0, 1, 2, 3, 4, 0xac, 0x02, 9, 9];
const padding = [0xfe, 2, 0, 0, 0, 0];
const whole = Uint8Array.from([...identifier, ...plain, ...compressed, ...padding]);

test('frames are counted whatever the pieces are', () => {
  for (let size = 1; size <= whole.length; size++) {
    const frames = frameCounter();
    for (let at = 0; at < whole.length; at += size) frames.add(whole.subarray(at, at + size));
    assert.equal(frames.uncompressed(), 303, `pieces of ${size}`);
    assert.equal(frames.complete(), true, `pieces of ${size}`);
  }
});

test('a stream that is cut off is not complete', () => {
  const ends = [identifier.length, identifier.length + plain.length, whole.length - padding.length, whole.length];
  for (let end = 1; end <= whole.length; end++) {
    const frames = frameCounter();
    frames.add(whole.subarray(0, end));
    assert.equal(frames.complete(), ends.includes(end), `${end} bytes`);
  }
});

test('bytes that are no S2 stream are refused', () => {
  assert.throws(() => frameCounter().add(new TextEncoder().encode('{"config":{}}')), /no S2 stream/);
  assert.throws(() => frameCounter().add(Uint8Array.from([...identifier, 0x02, 0, 0, 0])), /unknown frame/);
});
