// Polls one after the other: into the history, and into a record.
import { messageOf } from '#base/errors.ts';
import { formatRfc3339 } from '#base/time.ts';
import { emptySample, type Sample, type Want, wants } from '#view/top/model.ts';
import type { PageId } from '#view/top/page-ids.ts';
import { pageOf } from '#view/top/pages.ts';
import { changesOf } from '#view/top/rates.ts';
import type { Clock } from '../runtime.ts';
import type { TopQuery } from './asks.ts';
import type { createHistory } from './history.ts';
import type { Recorder } from './record.ts';
import type { TopSource } from './source.ts';

/** What one poll brought. */
export interface Polled {
  /** Servers that were restarted, went, or came back; empty when none did. */
  readonly news: string;
}

/** What a page asks servers for; a record holds all pages. */
export function wantsOf(page: PageId, recording: boolean): readonly Want[] {
  if (recording) return wants;
  const { want } = pageOf(page);
  return want === undefined ? [] : [want];
}

/** Makes the function that polls once and puts the moment where it belongs. It rejects only when the record cannot be written. */
export function createPolls(
  source: TopSource,
  history: ReturnType<typeof createHistory>,
  clock: Pick<Clock, 'now'>,
  recorder: Recorder | undefined,
): (query: TopQuery, signal?: AbortSignal) => Promise<Polled> {
  return async (query, signal) => {
    let samples: readonly Sample[];
    try {
      samples = await source.poll(query, signal);
    } catch (error) {
      if (signal?.aborted) return { news: '' };
      samples = [{ ...emptySample, error: messageOf(error) }];
    }
    const before = history.moment(history.newest)?.samples ?? [];
    const news = changesOf(before, samples);
    const moment = history.push(formatRfc3339(clock.now()), query.sort, carried(before, samples, query));
    await recorder?.write(moment);
    return { news };
  };
}

/** What stands in front of the reason while figures are no longer those of now. The reason alone fits a line. */
const old = (error: string) => `old figures, trying again: ${error.replace(/^could not .*? Get "[^"]*": /, '')}`;

/** What was not asked for, or could not be had, stays as it was. */
function carried(before: readonly Sample[], samples: readonly Sample[], query: TopQuery): readonly Sample[] {
  const asked = query.wants.includes('connections');
  return samples.map((sample): Sample => {
    const last =
      before.find((b) => b.varz.server_name === sample.varz.server_name) ??
      (samples.length === 1 ? before[0] : undefined);
    if (sample.error !== '' && samples.length === 1) {
      return last && last.varz.server_id !== '' ? { ...last, error: old(sample.error) } : sample;
    }
    return asked || !last ? sample : { ...sample, connz: last.connz };
  });
}
