import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { responseTypes } from '#crypto/exports.ts';

/** Flags that adding and editing exports share. */
export const exportFlags = {
  name: { type: 'string', short: 'n', help: 'Name of the export; the subject if not given' },
  subject: { type: 'string', short: 's', help: 'What is exported' },
  service: { type: 'bool', short: 'r', help: 'Export a service, not a stream' },
  private: { type: 'bool', short: 'p', help: 'Only accounts with an activation token may import it' },
  latency: { type: 'string', help: 'Subject for latency samples (services)' },
  sampling: {
    type: 'sampling (1-100 or the word header)',
    help: 'Percent of the requests that are sampled, 1 to 100, or header: those with a tracing header (services)',
  },
  'response-threshold': { type: 'duration', help: 'How long the service may take, such as 500ms or 2s (services)' },
  'response-type': {
    type: 'string',
    default: 'Singleton',
    help: 'Replies to one request: Singleton, Stream or Chunked (services)',
  },
  'allow-trace': { type: 'bool', help: 'Let importers trace messages into this account (services)' },
} as const satisfies FlagSpecs;

/** Reads --sampling; empty is header. Fails with usage. */
export function readSampling(text: string | undefined): number | 'headers' {
  if (!text || text === '0' || /^headers?$/i.test(text)) return 'headers';
  const percent = /^\d+$/.test(text) ? Number(text) : 0;
  if (percent < 1 || percent > 100) {
    throw fail('usage', 'sampling must be between 1 and 100 inclusive', { hint: 'or the word header' });
  }
  return percent;
}

export function checkResponseType(type: string): void {
  if ((responseTypes as readonly string[]).includes(type)) return;
  throw fail('usage', `unknown response type ${quote(type)}`, { hint: `the types are ${responseTypes.join(', ')}` });
}
