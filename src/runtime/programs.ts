import { spawn } from 'node:child_process';
import { fail } from '#base/errors.ts';
import type { RunOptions, RunResult } from './runtime.ts';

/** Runs a program with exactly these arguments; no shell is involved. Rejects when it cannot be started. */
export function runProgram(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [command, ...args] = argv;
  if (command === undefined) throw fail('usage', 'no command to run');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: options.inherit ? 'inherit' : 'pipe',
      env: { ...process.env, ...options.env },
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => (options.merge ? out : err).push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const known: Readonly<Record<string, string>> = {
        ENOENT: `program "${command}" was not found`,
        EACCES: `program "${command}" cannot be run: permission denied`,
      };
      const what = known[error.code ?? ''] ?? error.message;
      reject(fail('error', what, { reason: error }));
    });
    child.on('close', (status, signal) => {
      resolve({ status: status ?? (signal ? 128 : 1), stdout: Buffer.concat(out), stderr: Buffer.concat(err) });
    });
    // A program that does not read its input closes the pipe; that is its business.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? new Uint8Array(0));
  });
}
