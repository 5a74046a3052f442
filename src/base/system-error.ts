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

/** What the system says about a file, or undefined for any other error. */
export function systemReason(error: unknown): string | undefined {
  return texts[String((error as { readonly code?: unknown }).code)];
}

/** `no such file or directory` and the like for an error of the runtime; its own message for anything else. */
export function systemErrorText(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return texts[String(code)] ?? String(message ?? error);
}
