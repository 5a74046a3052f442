import type { Prompts } from '#term/prompts.ts';
import type { Runtime } from './runtime.ts';

/** Prompts on the process's terminal; without one every question fails naming the flag that answers it. */
export function systemPrompts(_runtime: Runtime): Prompts {
  throw new Error('prompts are not wired');
}
