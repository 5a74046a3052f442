import type { Runtime } from '#runtime/runtime.ts';
import type { Session } from './session.ts';

/** The prompt: one line after the other until exit or Ctrl-D. */
export async function interact(runtime: Runtime, session: Session): Promise<void> {
  runtime.err.line(`natsbox ${runtime.version}: commands of nats, nsc, nk and nats-top; exit or Ctrl-D ends`);
  for (;;) {
    const line = await readLine(runtime);
    if (line === undefined || (await session.run(line)) === undefined) return;
  }
}

async function readLine(_runtime: Runtime): Promise<string | undefined> {
  return undefined;
}
