// Bodies from standard input.
import type { Runtime } from '#runtime/runtime.ts';

/**
 * Bodies as they become available, in groups: what was read at once can be sent at once. With `newline` every line is a
 * body, without its line end; a last line without one counts.
 */
export async function* stdinBodies(runtime: Runtime, mode: 'eof' | 'newline'): AsyncGenerator<Uint8Array[]> {
  if (mode === 'eof') yield [await runtime.stdin.bytes()];
  else yield* lineGroups(runtime.stdin.chunks());
}

/** Lines, the ones of each chunk together. */
export async function* lineGroups(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let carry: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const piece = chunk.slice(from, at);
      lines.push(withoutReturn(carry.length > 0 ? joined([...carry.splice(0), piece]) : piece));
      from = at + 1;
    }
    if (from < chunk.length) carry.push(chunk.slice(from));
    if (lines.length > 0) yield lines;
  }
  if (carry.length > 0) yield [joined(carry)];
  carry = [];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}

/**
 * Whether the body comes from standard input: none was given, and it is no terminal. On a terminal it can be typed,
 * if what we say goes there as well, or if it is forced.
 */
export function readsStdin(runtime: Runtime, bodyGiven: boolean, forced: boolean): boolean {
  return !bodyGiven && (forced || !runtime.stdin.isTTY || runtime.out.isTTY);
}
