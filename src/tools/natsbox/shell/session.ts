// What a shell remembers between lines: variables, jobs, the last status; and how one line is run.
import { messageOf } from '#base/errors.ts';
import { findChild, type Tool } from '#cli/tree.ts';
import { type Host, runTool } from '#runtime/run.ts';
import { isToolName } from '../../../tool-names.ts';
import { toolByName } from '../known.ts';
import { parseLine } from './line.ts';

interface Job {
  readonly id: number;
  readonly text: string;
  readonly done: Promise<number>;
}

export interface Session {
  readonly variables: Map<string, string>;
  /** Runs one line; the status of the command, or undefined when the shell shall end. */
  run(line: string): Promise<number | undefined>;
  /** Waits for every job. */
  finish(): Promise<void>;
  status(): number;
}

/** The tool and arguments a line means: `nats pub ...`, or the words of a nats command alone. */
export async function meaning(words: readonly string[]): Promise<{ tool: Tool; argv: readonly string[] }> {
  const [first = '', ...rest] = words;
  if (isToolName(first)) return { tool: await toolByName(first), argv: rest };
  const box = await toolByName('natsbox');
  const nats = await toolByName('nats');
  if (findChild(box.children, first) && !findChild(nats.children, first)) return { tool: box, argv: words };
  return { tool: nats, argv: words };
}

export function createSession(host: Host, variables: Map<string, string>): Session {
  const jobs = new Map<number, Job>();
  let lastJob = 0;
  let last = 0;

  async function execute(words: readonly string[]): Promise<number> {
    if (words[0] === 'natsbox' && words[1] === 'shell') return say('this is a shell already');
    const { tool, argv } = await meaning(words);
    return runTool(tool, argv, host);
  }

  function say(text: string, status = 1): number {
    host.err.line(text);
    return status;
  }

  function start(words: readonly string[], text: string): number {
    const id = ++lastJob;
    const done = execute(words).then((status) => {
      jobs.delete(id);
      host.err.line(`[${id}] exit ${status}: ${text}`);
      return status;
    });
    jobs.set(id, { id, text, done });
    host.err.line(`[${id}] ${text}`);
    return 0;
  }

  async function builtin(words: readonly string[]): Promise<number | undefined | 'none'> {
    const [word, argument] = words;
    if (word === 'exit' || word === 'quit') return undefined;
    if (word === 'jobs') {
      for (const job of jobs.values()) host.out.line(`[${job.id}] ${job.text}`);
      return 0;
    }
    if (word === 'wait') {
      const picked = argument === undefined ? [...jobs.values()] : [jobs.get(Number(argument.replace('%', '')))];
      const statuses = await Promise.all(picked.map((job) => job?.done ?? 127));
      return statuses.at(-1) ?? 0;
    }
    if (word === 'status') {
      host.out.line(String(last));
      return 0;
    }
    return 'none';
  }

  return {
    variables,
    status: () => last,
    async run(line) {
      try {
        const parsed = parseLine(line);
        if (parsed.words.length === 0) {
          for (const [name, value] of parsed.variables) variables.set(name, value);
          return last;
        }
        const answer = await builtin(parsed.words);
        if (answer === undefined) return undefined;
        if (answer !== 'none') last = answer;
        else if (parsed.background) last = start(parsed.words, line.trim());
        else last = await withVariables(variables, parsed.variables, () => execute(parsed.words));
      } catch (error) {
        last = say(messageOf(error));
      }
      return last;
    },
    async finish() {
      await Promise.all([...jobs.values()].map((job) => job.done));
    },
  };
}

/** Assignments in front of a command hold for that command alone. */
async function withVariables<T>(
  variables: Map<string, string>,
  extra: ReadonlyMap<string, string>,
  body: () => Promise<T>,
): Promise<T> {
  const before = [...extra.keys()].map((name) => [name, variables.get(name)] as const);
  for (const [name, value] of extra) variables.set(name, value);
  try {
    return await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) variables.delete(name);
      else variables.set(name, value);
    }
  }
}
