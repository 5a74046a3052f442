import { fail } from '#base/errors.ts';

/**
 * Refuses names that could lead out of the store or that no file can have: every name becomes a directory or file.
 * Fails with usage.
 */
export function checkName(name: string, what: string): void {
  if (name.trim() === '') throw fail('usage', `${what} name is required`, { hint: 'give --name NAME' });
  if (hasSlash(name)) throw fail('usage', "name cannot contain '/' or '\\'");
  if (!isFileName(name)) throw fail('usage', `the ${what} name ${JSON.stringify(name)} cannot be a file name`);
}

function hasSlash(name: string): boolean {
  return name.includes('/') || name.includes('\\');
}

/** Whether a name stays where it is put when it becomes a file or directory. */
export function isFileName(name: string): boolean {
  const bare = name.trim();
  return bare !== '' && bare !== '.' && bare !== '..' && !hasSlash(name) && !name.includes('\0');
}

/** How a name becomes a file name: without the blanks around it. */
export function fileNameOf(name: string): string {
  return name.trim();
}
