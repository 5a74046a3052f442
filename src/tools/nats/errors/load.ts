import { fail, messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { int, obj, str } from '#cli/schema.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** One error as servers and errors.json files describe it. */
export interface ErrorCode {
  readonly constant: string;
  readonly code: number;
  readonly error_code: number;
  readonly description: string;
  readonly comment: string;
  readonly help: string;
  readonly url: string;
  readonly deprecates: string;
}

export const errorSchema = obj({
  error_code: int,
  code: int,
  constant: str,
  description: str,
  'comment?': str,
  'help?': str,
});

/** The codes of a file, or those built in. */
export async function loadErrors(runtime: Runtime, file: string | undefined): Promise<ErrorCode[]> {
  if (file === undefined) {
    const { codes } = await import('./codes.ts');
    const empty = { help: '', url: '', deprecates: '' };
    return codes.map(([error_code, code, constant, description, comment = '']) => ({
      constant,
      code,
      error_code,
      description,
      comment,
      ...empty,
    }));
  }
  try {
    const list = parseJson(await runtime.files.readText(file)) as unknown as Partial<ErrorCode>[];
    return list.map((e) => ({
      constant: e.constant ?? '',
      code: Number(e.code ?? 0),
      error_code: Number(e.error_code ?? 0),
      description: e.description ?? '',
      comment: e.comment ?? '',
      help: e.help ?? '',
      url: e.url ?? '',
      deprecates: e.deprecates ?? '',
    }));
  } catch (error) {
    throw fail('usage', `${file}: ${messageOf(error)}`, { hint: 'it must hold a JSON array of error codes' });
  }
}

/** What is wrong with one entry, or nothing. */
export function entryProblems(entry: ErrorCode): string[] {
  const problems: string[] = [];
  if (/^\{[^}]+\}$/.test(entry.description) && entry.comment === '')
    problems.push('a description of one token needs a comment');
  if (entry.error_code < 10_000) problems.push('error codes may not be below 10000');
  if (entry.code === 0) problems.push('code is required');
  if (entry.constant === '') problems.push('constant is required');
  if (entry.description === '') problems.push('description is required');
  const opened = entry.description.split('{').length;
  if (opened !== entry.description.split('}').length) problems.push('unmatched number of { and }');
  if (opened > 1 && !entry.constant.endsWith('F')) problems.push('constants of errors with tokens end in F');
  return problems;
}

/** A code given as an argument: 16 bits, as the original takes it. */
export function checkCode(code: bigint): number {
  if (code > 65_535n) throw fail('usage', `strconv.ParseUint: parsing "${code}": value out of range`);
  return Number(code);
}
