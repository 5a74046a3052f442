// What the operating system says about a file, in the words of the Go tools.

const texts: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
  EMFILE: 'too many open files',
};

/** `no such file or directory` and the like for an error of the runtime; its own message for anything else. */
export function systemErrorText(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return texts[String(code)] ?? String(message ?? error);
}

/**
 * The message of a failed call, as Go names what was tried: `open PATH: no such file or directory`. Undefined for errors
 * that are none of the system's, or that say nothing of a file.
 */
export function systemMessage(error: unknown): string | undefined {
  const { code, syscall, path } = error as {
    readonly code?: unknown;
    readonly syscall?: string;
    readonly path?: string;
  };
  const why = texts[String(code)];
  if (why === undefined || syscall === undefined || path === undefined) return undefined;
  return `${syscall === 'scandir' ? 'open' : syscall} ${path}: ${why}`;
}
