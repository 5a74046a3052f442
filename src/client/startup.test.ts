import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../', import.meta.url));

/** Files a module pulls in statically, itself included; `node:` modules by their name. */
function pulledIn(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.startsWith('/')) return seen;
  const text = readFileSync(file, 'utf8');
  for (const m of text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    const name = m[1]!;
    if (name.startsWith('.')) pulledIn(join(dirname(file), name), seen);
    else if (name.startsWith('#')) pulledIn(join(src, name.slice(1)), seen);
    else pulledIn(name, seen);
  }
  return seen;
}

test('a plain connection loads the core only: no node module, no TLS, WebSocket, SOCKS or signing', () => {
  const files = [...pulledIn(join(src, 'client/connect.ts'))].map((f) => (f.startsWith('/') ? relative(src, f) : f));
  assert.deepEqual(files.sort(), [
    'base/errors.ts',
    'base/nuid.ts',
    'base/utf8.ts',
    'base/version.ts',
    'client/checks.ts',
    'client/connect.ts',
    'client/core.ts',
    'client/dial.ts',
    'client/emitter.ts',
    'client/errors.ts',
    'client/garbage.ts',
    'client/handshake.ts',
    'client/link.ts',
    'client/msg.ts',
    'client/outbox.ts',
    'client/pool.ts',
    'client/pulse.ts',
    'client/reconnect.ts',
    'client/requests.ts',
    'client/settings.ts',
    'client/socket-bun.ts',
    'client/socket.ts',
    'client/subscription.ts',
    'wire/bytes.ts',
    'wire/frame.ts',
    'wire/headers.ts',
    'wire/info.ts',
    'wire/intern.ts',
    'wire/repeats.ts',
    'wire/scanner.ts',
    'wire/writer.ts',
  ]);
});
