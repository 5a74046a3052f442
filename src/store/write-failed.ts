import { type BoxError, fail, messageOf } from '#base/errors.ts';

/** The error of a write that the system refused. For rights it says what to do about them, in containers above all. */
export function writeFailed(path: string, error: unknown): BoxError {
  const text = `error writing \`${path}\`: ${messageOf(error)}`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EROFS') return fail('denied', text, { hint: 'the file system is read-only; mount a volume there' });
  if (code !== 'EACCES' && code !== 'EPERM') return fail('error', text);
  return fail('denied', text, {
    hint: 'the folder belongs to another user; a container started with --user "$(id -u):$(id -g)" writes as you',
  });
}
