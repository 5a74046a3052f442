// Text that is drawn again in place, on a terminal.
import type { Runtime } from './runtime.ts';

/**
 * The function that shows a text in place of the one before; undefined when stdout is no terminal or data is wanted:
 * one answer then follows the other.
 */
export async function openRedraw(runtime: Runtime): Promise<((text: string) => void) | undefined> {
  const { as, jq, fields } = runtime.contract;
  if (!runtime.terminal.isTTY || as !== 'text' || jq !== undefined || fields !== undefined) return undefined;
  const io = (await import('./term-io.ts')).systemTermIO(runtime);
  if (!io) return undefined;
  const { createScreen } = await import('#term/screen.ts');
  const screen = createScreen(io);
  runtime.onExit(() => screen.stop());
  return (text) => screen.draw({ lines: text.split('\n').map((ansi) => [{ ansi }]) });
}
