// What increment and decrement share.
import { fail } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { addToCounter, counterStream, parseCount } from '#client/counter.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** Shape of a changed counter; values are text, since they may have more digits than numbers have in many languages. */
export const changeOutput = record({ subject: str, 'value?': str, change: str, stream: str });

/** Adds `sign` times the value to a counter and shows what it is then. */
export async function changeCounter(runtime: Runtime, subject: string, text: string, sign: 1n | -1n): Promise<void> {
  if (/(^|\.)[*>](\.|$)/.test(subject)) {
    throw fail('usage', `cannot change ${subject}: a subject with wildcards is no counter`);
  }
  const stream = await counterStream(await openJetStream(runtime), undefined, subject);
  const amount = parseCount(text);
  if (amount === undefined)
    throw fail('usage', 'invalid value', { hint: 'give a whole number; negative ones after --' });
  const by = sign * amount;
  const data = { subject, change: String(by), stream: stream.name };
  if (runtime.contract.plan) {
    return runtime.show({ data: { done: false, ...data }, text: () => `would add ${by} to ${subject}\n` });
  }
  const value = await addToCounter(stream, subject, by);
  await runtime.show({ data: { ...data, value: String(value) }, text: () => `${value}\n` });
}
