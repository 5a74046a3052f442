// Records: moments in a file, one JSON document a line, to be looked at later (docs/nats-top.md).
import { fail, messageOf } from '#base/errors.ts';
import { stringifyJson, toJson } from '#base/json64.ts';
import { formatRfc3339 } from '#base/time.ts';
import { noAnswer } from '#view/top/answers.ts';
import {
  type Answer,
  connzOf,
  count,
  type Fields,
  fieldsOf,
  type PageRow,
  parseAnswer,
  type Sample,
  text,
  varzOf,
  wants,
} from '#view/top/model.ts';
import type { Clock, Files } from '../runtime.ts';
import type { History, Moment, Trend } from './history.ts';

/** The first line of a record begins so. */
const MARK = '{"record":"nats-top","version":1';

/** Writes moments to a file. */
export interface Recorder {
  write(moment: Moment): Promise<void>;
}

/**
 * A recorder that writes to a new file, readable by its owner alone, or goes on with a record that is there. Throws
 * `conflict` for a file that is something else.
 */
export async function createRecorder(files: Files, clock: Pick<Clock, 'now'>, path: string): Promise<Recorder> {
  const isNew = await files.createNew(path, `${MARK},"started":"${formatRfc3339(clock.now())}"}\n`, 0o600);
  if (!isNew && !(await beginsWith(files, path, MARK))) {
    throw fail('conflict', `${path} is there already and is no record of nats-top`, { hint: 'name another file' });
  }
  // What is there may have been cut off in the middle of a line.
  let before = isNew ? '' : '\n';
  return {
    async write({ at, sort, samples, trend }) {
      const figures = [trend.inMsgs, trend.outMsgs, trend.inBytes, trend.outBytes, trend.slow];
      const line = `{"at":${JSON.stringify(at)},"trend":${JSON.stringify(figures)},"sort":${JSON.stringify(sort)},"servers":`;
      try {
        await files.append(path, `${before}${line}${compact(samples)}}\n`);
        before = '';
      } catch (error) {
        throw fail('error', `could not write the record: ${messageOf(error)}`);
      }
    },
  };
}

/** A sample as plain data. */
function plain(sample: Sample): object {
  return { ...sample, connz: { ...sample.connz, connections: sample.connz.connections.slice() } };
}

/** JSON; figures beyond 2^53 are rare, and what writes them is slow. */
function compact(samples: readonly Sample[]): string {
  try {
    return JSON.stringify(samples.map(plain));
  } catch {
    return stringifyJson(toJson(samples.map(plain)));
  }
}

async function beginsWith(files: Files, path: string, mark: string): Promise<boolean> {
  for await (const chunk of await files.open(path)) {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1').startsWith(mark);
  }
  return false;
}

/** Moments read from lines at a time; the others are read again when they are shown. */
const KEPT = 8;

/** The moments of a record. Lines are read when they are needed; one cut off at the end is left out. */
export async function openRecord(files: Files, path: string): Promise<History> {
  const bytes = await files.readBytes(path).catch((error: unknown) => {
    throw fail('not-found', `could not read the record: ${messageOf(error)}`);
  });
  const lines = linesOf(bytes);
  const line = (at: number): string => new TextDecoder().decode(bytes.subarray(...(lines[at] ?? [0, 0])));
  if (!line(0).startsWith(MARK))
    throw fail('error', `${path} is no record of nats-top`, { hint: 'records are made with -record FILE' });
  if (lines.length < 2) throw fail('not-found', `${path} holds no moment yet`);
  const kept = new Map<number, Moment>();
  const moment = (number: number): Moment | undefined => {
    if (number < 1 || number >= lines.length) return undefined;
    const known = kept.get(number) ?? momentOf(line(number));
    kept.delete(number);
    kept.set(number, known);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as number);
    return known;
  };
  return {
    newest: lines.length - 1,
    oldest: 1,
    moment,
    trends: (number, most) =>
      Array.from({ length: Math.min(number, most) }, (_, i) => {
        const [start = 0, end = 0] = lines[number - Math.min(number, most) + i + 1] ?? [];
        return trendIn(new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 300))));
      }),
  };
}

function linesOf(bytes: Uint8Array): (readonly [start: number, end: number])[] {
  const lines: [number, number][] = [];
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return lines;
    if (end > start) lines.push([start, end]);
    start = end + 1;
  }
}

function trendFrom(figures: unknown): Trend {
  const [inMsgs = 0, outMsgs = 0, inBytes = 0, outBytes = 0, slow = 0] = (Array.isArray(figures) ? figures : []).map(
    (n) => Number(count(n)),
  );
  return { inMsgs, outMsgs, inBytes, outBytes, slow };
}

/** The trend out of the beginning of a line. */
function trendIn(beginning: string): Trend {
  const found = /"trend":(\[[\d.,eE+-]*\])/.exec(beginning)?.[1];
  return trendFrom(found === undefined ? [] : JSON.parse(found));
}

function momentOf(line: string): Moment {
  let fields: Fields;
  try {
    fields = fieldsOf(parseAnswer(line));
  } catch (error) {
    const why = `this moment of the record cannot be read: ${messageOf(error)}`;
    return { at: '', sort: '', samples: [sampleOf({ error: why }, false)], trend: trendFrom([]) };
  }
  const servers = Array.isArray(fields['servers']) ? fields['servers'].map(fieldsOf) : [];
  const samples = servers.map((server) => sampleOf(server, servers.length > 1));
  return { at: text(fields['at']), sort: text(fields['sort']), samples, trend: trendFrom(fields['trend']) };
}

function sampleOf(server: Fields, many: boolean): Sample {
  const varz = varzOf(server['varz']);
  const told = fieldsOf(server['answers']);
  const answers = wants
    .filter((want) => told[want] !== undefined)
    .map((want) => [want, answerIn(fieldsOf(told[want]))]);
  const connz = connzOf(server['connz'], many ? varz.server_name : undefined);
  return { varz, connz, answers: Object.fromEntries(answers), error: text(server['error']) };
}

function answerIn(answer: Fields): Answer {
  const rows = Array.isArray(answer['rows']) ? answer['rows'].map(rowIn) : [];
  return { ...noAnswer, now: text(answer['now']), rows, totals: rowIn(answer['totals']), error: text(answer['error']) };
}

function rowIn(row: unknown): PageRow {
  const values = Object.entries(fieldsOf(row)).filter(([, v]) => ['string', 'number', 'bigint'].includes(typeof v));
  return Object.fromEntries(values as [string, string | number | bigint][]);
}
