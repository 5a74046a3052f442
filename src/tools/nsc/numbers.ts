import { type BoxError, fail } from '#base/errors.ts';
import { parseNumber } from '#base/size.ts';
import { type Int64, int64 } from '#crypto/shape.ts';

/** Reads a flag of type number: `10`, `64MiB`, `1.5k`, `-1`. Undefined stays undefined. Fails with usage. */
export function numberFlag(name: string, text: string | undefined): Int64 | undefined {
  if (text === undefined) return undefined;
  try {
    return int64(parseNumber(text));
  } catch (error) {
    const { message, facts } = error as BoxError;
    throw fail('usage', `invalid argument ${JSON.stringify(text)} for "--${name}" flag: ${message}`, facts);
  }
}
