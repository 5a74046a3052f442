import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';

const MOUNTED = '/etc/nats-contexts';

/**
 * `natsbox hold`: stays alive as PID 1 of a container that people exec into. Links the contexts a cluster mounts
 * and selects the default one, as the shell script of the usual chart does.
 */
export const command = defineCommand({
  name: 'hold',
  help: `Stay alive until SIGTERM, for containers that people exec into\n\nContext files mounted at ${MOUNTED} are linked into the configuration folder.`,
  flags: {
    contexts: { type: 'string', default: MOUNTED, placeholder: 'DIR', help: 'Folder with mounted context files' },
    select: { type: 'string', placeholder: 'NAME', help: 'Context to select; else the only one there' },
  },
  tags: { scope: 'local', impact: 'rw' },
  output: record({ state: str }),
  ours: true,
  async run(input, runtime) {
    // Listening first: a SIGTERM during start must end us too.
    const stopped = untilStopped(runtime);
    const note = await linkContexts(runtime, input.flags.contexts, input.flags.select);
    await runtime.show({ data: { state: 'holding' }, text: () => `${note}holding until SIGTERM\n` });
    await stopped;
  },
});

function untilStopped(runtime: Runtime): Promise<void> {
  const { signal } = runtime;
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    // The timer keeps the process alive; the signal ends it at once.
    const timer = setInterval(() => undefined, 1 << 30);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

/** A read-only file system is no reason to stop: the pod still serves with NATS_CONTEXT or flags. */
async function linkContexts(runtime: Runtime, from: string, wanted: string | undefined): Promise<string> {
  const { files } = runtime;
  if ((await files.stat(from))?.kind !== 'dir') return '';
  const base = `${runtime.env('XDG_CONFIG_HOME') || `${files.home}/.config`}/nats`;
  const names = (await files.list(from)).filter((n) => n.endsWith('.json')).map((n) => n.slice(0, -5));
  try {
    await files.mkdir(base, 0o700);
    if (!(await files.stat(`${base}/context`))) await files.link(from, `${base}/context`);
    const choice = wanted ?? (names.length === 1 ? names[0] : undefined);
    if (choice !== undefined && !(await files.stat(`${base}/context.txt`)))
      await files.write(`${base}/context.txt`, choice);
  } catch (error) {
    return `contexts of ${from} were not linked: ${(error as Error).message}\n`;
  }
  return `contexts: ${names.join(', ') || 'none'}\n`;
}
