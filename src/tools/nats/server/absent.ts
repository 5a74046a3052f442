// Servers that should have answered and did not.
import { fail } from '#base/errors.ts';
import { plural, sentenceList } from '#base/human.ts';
import { type Absence, absentServers, type LiveSource, type SystemSource } from '#client/system/source.ts';
import type { Runtime } from '#runtime/runtime.ts';

function sentence({ names, unnamed }: Absence): string {
  const more = unnamed > 0 ? [`${names.length > 0 ? 'another ' : ''}${plural(unnamed, 'server')}`] : [];
  return `no answer from ${sentenceList([...names, ...more])}`;
}

/** Which servers are missing among those that answered, as a sentence. Costs nothing when all are there. */
export async function absenceOf(source: SystemSource, answered: readonly string[]): Promise<string | undefined> {
  if (!source.isLive) return undefined;
  const live = source as LiveSource;
  const known = live.known();
  if (known === undefined || answered.length >= known) return undefined;
  const absence = await absentServers(live, answered);
  return absence.names.length === 0 && absence.unnamed === 0 ? undefined : sentence(absence);
}

/**
 * Says on stderr which servers are missing among those that answered; under --strict that makes the command fail as
 * partial, once what there is has been shown.
 */
export async function reportAbsent(runtime: Runtime, source: SystemSource, answered: readonly string[]): Promise<void> {
  const missing = await absenceOf(source, answered);
  if (missing === undefined) return;
  if (runtime.contract.strict) {
    await runtime.out.flush();
    throw fail('partial', missing, {
      hint: 'they are down, cut off or slower than --timeout',
      retryable: true,
    });
  }
  runtime.err.line(`Warning: ${missing}`);
}
