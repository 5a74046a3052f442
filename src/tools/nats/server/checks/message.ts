import { formatDuration, roundDuration } from '#base/duration.ts';
import { BoxError } from '#base/errors.ts';
import { goRegExp } from '#base/regex.ts';
import { isValidSubject } from '#base/subject.ts';
import { getMessage } from '#client/jetstream/messages.ts';
import { attempt, nanosOf, seconds, type Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** Times in seconds; 0 for none. */
export interface MessageQuery {
  readonly stream_name: string;
  readonly subject: string;
  readonly age_warning: number;
  readonly age_critical: number;
  /** Regular expression the body must match. */
  readonly content_regex: string;
  /** The body is the time of the message, in unix seconds. */
  readonly body_as_timestamp: boolean;
}

/** Checks the last message of a subject in a stream: its age and its body. */
export async function checkMessage(world: World, verdict: Verdict, query: MessageQuery): Promise<void> {
  const { stream_name: stream, subject } = query;
  if (!isValidSubject(subject)) {
    verdict.cannot(`Check failed: invalid subject "${subject}"`);
    return;
  }
  const msg = await attempt(verdict, 'msg load failed', async () => {
    try {
      return await getMessage(await world.jetStream(), stream, { last_by_subj: subject });
    } catch (error) {
      if (error instanceof BoxError && error.facts.code === 10037) return null;
      throw error;
    }
  });
  if (msg === null) {
    verdict.critical('no message found');
    return;
  }
  if (!msg) return;
  const body = new TextDecoder('latin1').decode(msg.data);
  let time = msg.time;
  if (query.body_as_timestamp) {
    const text = body.trim();
    if (!/^[+-]?\d+$/.test(text)) {
      return verdict.critical(
        `invalid timestamp body: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
      );
    }
    time = BigInt(text.replace('+', '')) * 1_000_000_000n;
  }
  const age = world.clock.now() - time;
  const rounded = roundDuration(age, 1_000_000n);
  const { age_warning: warning, age_critical: critical } = query;
  verdict.perf({ name: 'age', value: seconds(rounded), warning, critical, unit: 's', help: 'The age of the message' });
  verdict.perf({ name: 'size', value: msg.data.length, unit: 'B', help: 'The size of the message' });
  if (critical > 0 && age > nanosOf(critical)) verdict.critical(`${formatDuration(rounded)} old`);
  else if (warning > 0 && age > nanosOf(warning)) verdict.warn(`${formatDuration(rounded)} old`);
  if (query.content_regex) {
    const pattern = await attempt(verdict, 'content regex compile failed', async () => goRegExp(query.content_regex));
    if (!pattern) return;
    if (!pattern.test(new TextDecoder().decode(msg.data)))
      verdict.critical(`does not match regex: ${query.content_regex}`);
  }
  if (!verdict.isBad()) verdict.ok(`Valid message on ${stream} > ${subject}`);
}
