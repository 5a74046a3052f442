// What importing accounts and users shares: the file, and validation of what it holds.
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { isBlocking } from '#crypto/issues.ts';
import type { Claims } from '#crypto/jwt.ts';
import { validate } from '#crypto/validate.ts';
import { expandPath } from '#store/dirs.ts';
import type { Nsc } from '../nsc.ts';
import type { Report } from '../report.ts';

export const importFlags = {
  overwrite: { type: 'bool', help: 'Replace what is there' },
  skip: { type: 'bool', help: 'Import in spite of what validation finds; mend it before a push' },
} as const satisfies FlagSpecs;

/** The text of the file; fails unless its name has one of the endings. */
export async function readImport(nsc: Nsc, file: string | undefined, endings: readonly string[]): Promise<string> {
  if (!file) throw fail('usage', 'file is required', { hint: 'give --file FILE' });
  const path = expandPath(nsc.runtime, file);
  const stat = await nsc.runtime.files.stat(path);
  if (!stat) throw fail('not-found', `no file \`${file}\``);
  if (stat.kind === 'dir') throw fail('usage', `\`${file}\` is a directory`);
  if (!endings.some((ending) => file.endsWith(ending))) {
    throw fail('usage', `expected these file endings: ${endings.join(' ')}`);
  }
  return (await nsc.disk.read(path)) ?? '';
}

/** Reports what validation finds; true when it keeps the import from going on. */
export async function reportIssues(nsc: Nsc, claims: Claims, skip: boolean, report: Report): Promise<boolean> {
  const issues = await validate(claims, nsc.now());
  for (const { text, blocking } of issues) {
    const line = `validation resulted in: ${text}`;
    if (blocking && !skip) report.error(line);
    else report.warn(line);
  }
  if (skip || !isBlocking(issues, true)) return false;
  report.error('validation is blocking, skip with --skip');
  return true;
}
