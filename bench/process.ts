// One measured run of a program: what the operating system says of it when it has ended.
import { readFileSync } from 'node:fs';

export interface Run {
  /** Seconds of processor time, user and system. */
  readonly cpu: number;
  readonly wall: number;
  /** Largest resident size in MiB; 0 where it is not known. */
  readonly rss: number;
  /** What it says of its rate, messages per second. */
  readonly rate: number | undefined;
  /** Mean time of one operation in microseconds, where it says so. */
  readonly latency: number | undefined;
  /** Lines on stdout, for programs that print messages. */
  readonly lines: number;
}

export interface Step {
  readonly argv: readonly string[];
  /** Count what comes out in place of keeping it. */
  readonly count?: boolean;
  readonly timeoutMs?: number;
}

/** Milliseconds between two looks at the memory of a running program. */
const LOOK = 25;

/** MiB a running program has held at the most; 0 when it cannot be told. */
function peakOf(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Watches the memory of a child; what it gives, asked for after the child's end, is the most it held in MiB. The system's
 * account of the finished child begins with what its parent held when it started it, so it is the child's own only where
 * it is larger than that.
 */
export function watchMemory(child: Bun.Subprocess): () => number {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, LOOK);
  return () => {
    clearInterval(watch);
    const accounted = Number(child.resourceUsage()?.maxRSS ?? 0) / 2 ** 20;
    return accounted > process.resourceUsage().maxRSS / 1024 ? accounted : peak;
  };
}

/** Runs to the end; throws when it fails. */
export async function measured(step: Step, env: Readonly<Record<string, string>>, cwd: string): Promise<Run> {
  const start = performance.now();
  const child = Bun.spawn([...step.argv], { cwd, env: { ...env }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const timer = setTimeout(() => child.kill('SIGKILL'), step.timeoutMs ?? 20_000);
  const errors = new Response(child.stderr).text();
  const memory = watchMemory(child);
  let lines = 0;
  let out = '';
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    if (step.count) for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    else out += decoder.decode(chunk, { stream: true });
  }
  const status = await child.exited;
  clearTimeout(timer);
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${step.argv.join(' ')} ended with ${status}: ${(await errors).slice(-500)}`);
  const usage = child.resourceUsage();
  const number = (pattern: RegExp) => {
    const found = pattern.exec(out)?.[1];
    return found === undefined ? undefined : Number(found.replaceAll(',', ''));
  };
  return {
    cpu: Number(usage?.cpuTime.total ?? 0) / 1e6,
    wall,
    rss: memory(),
    rate: number(/([\d,]+) msgs\/sec/),
    latency: number(/avg: ([\d,.]+)us/),
    lines,
  };
}

/** Starts a helper and waits for its first line. */
export async function started(argv: readonly string[], cwd: string) {
  const child = Bun.spawn([...argv], { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return {
    line: new TextDecoder().decode(value).trim(),
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
