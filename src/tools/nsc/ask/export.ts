import { parseGoDuration } from '#base/duration.ts';
import { responseTypes } from '#crypto/exports.ts';
import { newIssues } from '#crypto/issues.ts';
import { checkSubject } from '#crypto/subjects.ts';
import { accountName } from '../account.ts';
import { readSampling } from '../add/export-flags.ts';
import type { Nsc } from '../nsc.ts';
import { exportOf } from '../sharing.ts';
import { askText, askYes, choose, chosenAccount } from './choose.ts';
import { type Answers, newAnswers } from './edits.ts';

/** What is wrong with a subject; undefined when nothing is. */
export function subjectProblem(subject: string): string | undefined {
  const issues = newIssues();
  checkSubject(subject, issues);
  return issues.list[0]?.text;
}

interface Given {
  readonly account: string | undefined;
  readonly subject: string | undefined;
  readonly name: string | undefined;
  readonly service: boolean;
  readonly private: boolean;
}

const kinds = ['stream', 'service'];

/** The questions of `nsc add export -i`. */
export async function askExport(nsc: Nsc, flags: Given) {
  const account = await chosenAccount(nsc, flags.account);
  const kind = await choose(nsc, 'export type', kinds, flags.service ? 'service' : 'stream', '--service');
  const subject = await askText(nsc, 'subject', flags.subject, '--subject', subjectProblem);
  const name = await askText(nsc, 'name', flags.name || subject, '--name');
  const isPrivate = await askYes(nsc, `private ${kind}`, flags.private, '--private');
  const service = kind === 'service';
  return { account, subject, name, private: isPrivate, service, ...(service ? await askService(nsc) : {}) };
}

async function askService(nsc: Nsc) {
  const latency = await askLatency(nsc, false, '', '');
  const type = await choose(nsc, 'service response type', [...responseTypes], 'Singleton', '--response-type');
  const threshold = await askThreshold(nsc, '0s');
  const trace = await askYes(nsc, 'allow tracing', false, '--allow-trace');
  return { ...latency, 'response-type': type, 'response-threshold': threshold, 'allow-trace': trace };
}

async function askLatency(nsc: Nsc, proposed: boolean, sampling: string, results: string) {
  if (!(await askYes(nsc, 'track service latency', proposed, '--latency'))) return undefined;
  const check = (answer: string) => {
    try {
      readSampling(answer);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return {
    sampling: await askText(nsc, 'sampling percentage [1-100] or `header`', sampling, '--sampling', check),
    latency: await askText(nsc, 'latency metrics subject', results, '--latency', subjectProblem),
  };
}

async function askThreshold(nsc: Nsc, held: string): Promise<bigint> {
  const read = (answer: string) => (answer === '' ? 0n : parseGoDuration(answer));
  const answer = await askText(nsc, 'response threshold (0 disabled)', held, '--response-threshold', (text) => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
  return read(answer);
}

/** The questions of `nsc edit export -i`. */
export async function askEditExport(nsc: Nsc, flags: Given): Promise<Answers> {
  const answers = newAnswers();
  const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
  answers.flags.account = name;
  const account = await (await nsc.store()).account(name);
  const subjects = account.nats.exports.map((e) => e.subject);
  const subject =
    subjects.length > 1
      ? await choose(nsc, 'select export to edit', subjects, flags.subject, '--subject')
      : subjects[0];
  const held = exportOf(account, name, subject);
  answers.give('subject', held.subject);
  const kind = await choose(nsc, 'export type', kinds, held.type, '--service');
  answers.give('service', kind === 'service');
  answers.give('name', await askText(nsc, 'name', held.name, '--name'));
  answers.give('private', await askYes(nsc, `private ${kind}`, held.token_req, '--private'));
  if (kind === 'service') {
    const { sampling, results = '' } = held.service_latency ?? {};
    const rate = sampling === 'headers' ? 'header' : String(sampling ?? '');
    const latency = await askLatency(nsc, held.service_latency !== undefined, rate, results);
    if (latency) for (const [flag, value] of Object.entries(latency)) answers.give(flag, value);
    else answers.give('rm-latency-sampling', true);
    const type = held.response_type || 'Singleton';
    answers.give(
      'response-type',
      await choose(nsc, 'service response type', [...responseTypes], type, '--response-type'),
    );
    answers.give('response-threshold', await askThreshold(nsc, `${held.response_threshold}ns`));
    answers.give('allow-trace', await askYes(nsc, 'allow tracing', held.allow_trace, '--allow-trace'));
  }
  answers.give('description', await askText(nsc, 'Export Description', held.description, '--description'));
  answers.give('info-url', await askText(nsc, 'Info url', held.info_url, '--info-url'));
  return answers;
}
