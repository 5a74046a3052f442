import { formatDuration, roundDuration } from '#base/duration.ts';
import { goRegExp } from '#base/regex.ts';
import { attempt, nanosOf, seconds, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** Times in seconds; 0 for none. */
export interface RequestQuery {
  readonly subject: string;
  readonly payload: string;
  /** Sent with the request. */
  readonly header: Readonly<Record<string, string>>;
  /** Headers the answer must have. */
  readonly headers: Readonly<Record<string, string>>;
  /** Regular expression the answer must match. */
  readonly response_match: string;
  readonly response_time_warn: number;
  readonly response_time_crit: number;
}

/** Sends a request and checks the answer and the time it took. */
export async function checkRequest(world: World, verdict: Verdict, query: RequestQuery): Promise<void> {
  if (!query.subject) {
    verdict.cannot('no subject specified');
    return;
  }
  const connection = await connected(world, verdict, 'could not load info');
  if (!connection) return;
  const { response_time_warn: warning, response_time_crit: critical } = query;
  const started = world.clock.mono();
  let took = 0n;
  const hasHeaders = Object.keys(query.header).length > 0;
  const answer = await attempt(verdict, 'could not send request', async () => {
    try {
      const options = { timeout: world.timeout, ...(hasHeaders ? { headers: query.header } : {}) };
      return await connection.request(query.subject, query.payload, options);
    } finally {
      took = world.clock.mono() - started;
      const value = seconds(roundDuration(took, 1_000_000n));
      verdict.perf({ name: 'time', value, warning, critical, unit: 's', help: 'How long the request took' });
    }
  });
  if (!answer) return;
  if (query.response_match) {
    const pattern = await attempt(verdict, 'content regex compile failed', async () => goRegExp(query.response_match));
    if (!pattern) return;
    if (!pattern.test(answer.string())) verdict.critical('response does not match regexp');
  }
  for (const [key, wanted] of Object.entries(query.headers)) {
    const value = answer.headers?.get(key) ?? '';
    if (value !== wanted) verdict.critical(`invalid header ${JSON.stringify(key)} = ${JSON.stringify(value)}`);
  }
  const text = `response took ${formatDuration(roundDuration(took, 1_000_000n))}`;
  if (critical > 0 && took > nanosOf(critical)) verdict.critical(text);
  else if (warning > 0 && took > nanosOf(warning)) verdict.warn(text);
  if (!verdict.isBad()) verdict.ok('Valid response');
}
