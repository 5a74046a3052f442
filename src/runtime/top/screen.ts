import type { TermIO } from '#term/io.ts';
import type { Clock } from '../runtime.ts';
import type { TopSource } from './source.ts';
import type { TopOptions } from './top.ts';
export async function topScreen(
  _io: TermIO,
  source: TopSource,
  options: TopOptions,
  _world: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  await source.poll(options.query);
}
