// The built programs as people and scripts run them.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ToolResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  /** Most memory held, in kB; 0 where /proc does not tell. */
  readonly peak: number;
}

export interface ToolOptions {
  readonly cwd: string;
  readonly url?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the process as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Counts what comes out and keeps only its length: for output too large to hold. */
  readonly onOut?: (chunk: Buffer) => void;
}

const bin = fileURLToPath(new URL('../../dist/bin/', import.meta.url));

/** Path of a built program. */
export function toolPath(name: string): string {
  return `${bin}${name}`;
}

/** Runs a tool to its end, for two minutes at most. HOME is the working folder. */
export function runTool(name: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: options.cwd,
    NO_COLOR: '1',
    TZ: 'UTC',
    ...(options.url ? { NATS_URL: options.url } : {}),
    ...options.env,
  };
  const child = spawn(toolPath(name), [...args], { cwd: options.cwd, env, timeout: 120_000 });
  options.onStart?.(child);
  const out: Buffer[] = [];
  let err = '';
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0));
    } catch {
      // The process has ended, or this is no Linux.
    }
  }, 20);
  child.stdout.on('data', (chunk: Buffer) => (options.onOut ? options.onOut(chunk) : out.push(chunk)));
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      clearInterval(watch);
      resolve({ status, signal, out: Buffer.concat(out).toString(), err, peak });
    });
  });
}
