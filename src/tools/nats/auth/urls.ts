import { fail } from '#base/errors.ts';
import { parseGoUrl } from '#crypto/go-url.ts';

/** A URL as it was given; fails with usage when it is none. */
export function checkedUrl(text: string): string {
  const parsed = parseGoUrl(text);
  if ('error' in parsed)
    throw fail('usage', `invalid URL: ${parsed.error}`, { hint: 'write one such as nats://host:4222' });
  return text;
}
