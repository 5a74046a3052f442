import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { systemHost } from '#runtime/system.ts';
import { createSession, type Session } from './session.ts';

/** `natsbox shell`: a prompt, or a script runner, inside one process that keeps its connections. */
export const command = defineCommand({
  name: 'shell',
  help: [
    'Run commands of all tools at a prompt, or from a script on standard input',
    '',
    'Connections are kept from one command to the next. A line is a command of any tool ("nats pub a b", "nk -gen user");',
    'the words of a nats command may stand alone ("pub a b"). NAME=value sets a variable, alone for all later lines, in',
    'front of a command for that command. "&" at the end runs a line beside the next ones; jobs, wait, status and exit',
    'do what they do elsewhere. Without a terminal the first failing line ends a script when --errexit is given.',
  ].join('\n'),
  args: { script: { type: 'existing-file', help: 'File with one command per line' } },
  flags: { errexit: { type: 'bool', short: 'e', help: 'End at the first line that fails', ours: true } },
  examples: ['natsbox shell', "printf 'pub a 1\\npub a 2\\n' | natsbox shell"],
  tags: { scope: 'user', impact: 'rw' },
  output: none,
  ours: true,
  async run(input, runtime) {
    const variables = new Map<string, string>();
    const { script } = input.args;
    const prompts = script === undefined && runtime.stdin.isTTY && runtime.terminal.isTTY;
    const terminal = prompts ? await (await import('./interact.ts')).openTerminal(runtime) : undefined;
    const host = systemHost({ keepConnections: true, variables, ...(terminal ? { aside: terminal.aside } : {}) });
    const session = createSession(host, variables);
    if (terminal) await terminal.interact(session, host);
    else {
      await runScript(runtime, session, script, input.flags.errexit);
      // Who leaves a prompt leaves its jobs; a script has said all it wants to be done.
      await session.finish();
    }
    await host.end();
    if (session.status() !== 0) runtime.exit(session.status());
  },
});

async function runScript(
  runtime: Runtime,
  session: Session,
  path: string | undefined,
  errexit: boolean,
): Promise<void> {
  for await (const line of path === undefined ? stdinLines(runtime) : await fileLines(runtime, path)) {
    const status = await session.run(line);
    if (status === undefined || (errexit && status !== 0)) return;
  }
}

async function* stdinLines(runtime: Runtime): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of runtime.stdin.lines()) yield decoder.decode(bytes);
}

async function* fileLines(runtime: Runtime, path: string): AsyncGenerator<string> {
  yield* (await runtime.files.readText(path)).split('\n');
}
