/** How many subscriptions want a subject: a question for those who look after large systems. */
import { headerOfText } from '../accounts/headers.ts';
import { hasWildcard, isSubset } from '../config/subjects.ts';
import { toBinary } from '../core/text.ts';
import type { Account } from '../core/types.ts';
import type { Running } from '../running.ts';
import type { SystemRequest } from './request.ts';
import { tell } from './tell.ts';

/** Counts clients' subscriptions; `queue` '' counts all groups. A wildcard counts what lies within it. */
export function countSubscribers(account: Account, subject: string, queue: string): number {
  if (!hasWildcard(subject)) {
    const { plain, queues } = account.sublist.match(subject);
    const members = queues.flat().filter((s) => queue === '' || s.queue === queue);
    return [...(queue === '' ? plain : []), ...members].filter((s) => s.client.kind === 'client').length;
  }
  return account.sublist
    .all()
    .filter((s) => s.client.kind === 'client' && isSubset(s.subject, subject) && (queue === '' || s.queue === queue))
    .length;
}

/** Answers $SYS.DEBUG.SUBSCRIBERS: a subject, and maybe a queue group after a blank. */
export function subscriberRequest(run: Running, r: SystemRequest): void {
  if (r.from.kind !== 'client' || r.reply === '') return;
  const info = headerOfText(r.header, 'Nats-Request-Info');
  let account: Account | undefined = r.from.account;
  if (info !== null) {
    try {
      const who = JSON.parse(Buffer.from(info, 'latin1').toString('utf8')) as { acc?: string; svc?: string };
      account = run.srv.accounts.get(who.svc || who.acc || '') ?? account;
    } catch {
      return;
    }
  }
  const [subject = '', queue = ''] = r.body.trim().split(' ');
  tell(run, r.account, r.reply, countSubscribers(account, toBinary(subject), toBinary(queue)));
}
