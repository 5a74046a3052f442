import { candidates } from '#cli/completion.ts';
import { completionWorld } from '#runtime/complete.ts';
import type { Host } from '#runtime/run.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { systemTermIO } from '#runtime/term-io.ts';
import { type Completion, createLineEditor } from '#term/lineedit.ts';
import { toolNames } from '../../../tool-names.ts';
import { meaning, type Session } from './session.ts';

/** Lines kept between sessions. */
const KEEP = 1000;

/** The terminal of a shell. */
export interface ShellTerminal {
  /** Prints beside the line that is being typed, as jobs do. */
  aside(print: () => void, ended: boolean): void;
  /** The prompt: one line after the other until exit or Ctrl-D. */
  interact(session: Session, host: Pick<Host, 'out' | 'err'>): Promise<void>;
}

/** Opens the terminal; undefined where there is none that can be used. */
export async function openTerminal(runtime: Runtime): Promise<ShellTerminal | undefined> {
  const io = systemTermIO(runtime);
  if (!io) return undefined;
  const path = historyPath(runtime);
  const old = await runtime.files.readText(path).catch(() => '');
  const editor = createLineEditor(io, {
    history: old.split('\n').filter((l) => l !== ''),
    complete: (line, cursor) => complete(runtime, line.slice(0, cursor)),
  });
  return {
    aside: editor.aside,
    async interact(session, host) {
      host.err.line(`natsbox ${runtime.version}: commands of nats, nsc, nk and nats-top; exit or Ctrl-D ends`);
      for (;;) {
        // Everything a command said stands above the next prompt.
        await Promise.all([host.out.flush(), host.err.flush()]);
        const prompt = session.status() === 0 ? 'natsbox> ' : `natsbox [${session.status()}]> `;
        const answer = await editor.readLine(prompt);
        if (answer.kind === 'end') break;
        if (answer.kind === 'interrupt') continue;
        const status = await session.run(answer.text);
        if (status === undefined) break;
      }
      await save(runtime, path, editor.history);
    },
  };
}

function historyPath(runtime: Runtime): string {
  const state = runtime.env('XDG_STATE_HOME') || `${runtime.files.home}/.local/state`;
  return `${state}/natsbox/history`;
}

/** A home that cannot be written costs the history, not the shell. Lines that name a secret are not kept. */
async function save(runtime: Runtime, path: string, lines: readonly string[]): Promise<void> {
  const kept = lines.filter((l) => !/--(password|token|seed|nkey)\b|\bS[OAUNCX][A-Z2-7]{56}\b/.test(l)).slice(-KEEP);
  try {
    await runtime.files.mkdir(path.slice(0, path.lastIndexOf('/')), 0o700);
    await runtime.files.write(path, kept.map((l) => `${l}\n`).join(''), 0o600);
  } catch {
    // Read-only file systems are ordinary here.
  }
}

async function complete(runtime: Runtime, before: string): Promise<Completion> {
  const words = before.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const from = before.length - last.length;
  const world = completionWorld(runtime);
  if (words.length <= 1) {
    const nats = (await meaning(['nats'])).tool;
    const names = [...toolNames, ...(await candidates(nats, [last], world))];
    return { from, words: names.filter((w) => w.startsWith(last)) };
  }
  const { tool, argv } = await meaning(words.slice(0, -1));
  return { from, words: await candidates(tool, [...argv, last], world) };
}
