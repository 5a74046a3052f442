// The moments that can be looked back at: the last ones of a session, or those of a record.
import { emptyConnz, type Sample } from '#view/top/model.ts';
import { type Rate, snapshotOf } from '#view/top/rates.ts';

/** All servers at one time of our own clock. */
export interface Moment {
  /** RFC 3339. */
  readonly at: string;
  readonly samples: readonly Sample[];
  /** The order the connections were asked for in. */
  readonly sort: string;
  readonly trend: Trend;
}

/** The few figures that are kept longer than the rest. */
export interface Trend extends Rate {
  /** Slow consumers so far. */
  readonly slow: number;
}

/** Moments by number; the first one there ever was is 1. */
export interface History {
  /** 0 while there is none. */
  readonly newest: number;
  readonly oldest: number;
  moment(number: number): Moment | undefined;
  /** Trends of at most `count` moments up to that one, the oldest first. */
  trends(number: number, count: number): readonly Trend[];
}

/** Moments kept at most. */
const MOST = 600;
/** Rows kept in all moments together, so that large servers do not fill the memory; two moments are always kept. */
const MOST_ROWS = 60_000;

/** A history that grows, and forgets what is too old. */
export function createHistory(): History & { push(at: string, sort: string, samples: readonly Sample[]): Moment } {
  const moments: Moment[] = [];
  const trends: Trend[] = [];
  let newest = 0;
  let rows = 0;
  return {
    get newest() {
      return newest;
    },
    get oldest() {
      return newest - moments.length + 1;
    },
    moment: (number) => moments[number - (newest - moments.length + 1)],
    trends: (number, count) => {
      const end = trends.length - (newest - number);
      return trends.slice(Math.max(0, end - count), Math.max(0, end));
    },
    push(at, sort, samples) {
      const moment = { at, sort, samples, trend: trendOf(moments.at(-1)?.samples, samples) };
      moments.push(moment);
      trends.push(moment.trend);
      newest += 1;
      rows += rowsOf(samples);
      if (trends.length > MOST) trends.shift();
      while (moments.length > MOST || (rows > MOST_ROWS && moments.length > 2)) {
        rows -= rowsOf(moments.shift()?.samples ?? []);
      }
      return moment;
    },
  };
}

function rowsOf(samples: readonly Sample[]): number {
  const answers = samples.flatMap((s) => Object.values(s.answers));
  const pages = answers.reduce((sum, answer) => sum + answer.rows.length, 0);
  return samples.reduce((sum, s) => sum + s.connz.connections.length, pages);
}

function trendOf(before: readonly Sample[] | undefined, samples: readonly Sample[]): Trend {
  const servers = samples.map((s) => ({ ...s, connz: emptyConnz }));
  const { rate, varz } = snapshotOf(before, servers, { sort: '', limit: 0 });
  return { ...rate, slow: Number(varz.slow_consumers) };
}
