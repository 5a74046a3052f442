// Which connections a report is about, and their order: what the reports of servers and of an account share.
import { type ConnOrder, topConns } from './conn-table.ts';
import type { Conn, ConnQuery } from './connz.ts';

const sorts = ['in-bytes', 'out-bytes', 'in-msgs', 'out-msgs', 'uptime', 'cid', 'subs'] as const;

export const connFlags = {
  sort: { type: 'enum', enum: sorts, default: 'subs', help: 'Order of the connections' },
  top: { type: 'int', default: '1000', help: 'Show so many' },
  subject: { type: 'string', help: 'Only connections with a subscription that matches' },
  username: { type: 'string', help: 'Only connections of this user' },
  state: { type: 'enum', enum: ['open', 'closed', 'all'], default: 'open', help: 'Only connections in this state' },
  'closed-reason': {
    type: 'string',
    placeholder: 'REASON',
    help: 'Only connections closed for a reason that matches this expression, any case',
  },
} as const;

/** The values of the flags. */
export interface ConnInput {
  readonly sort: string;
  readonly top: number;
  readonly reverse: boolean;
  readonly subject: string | undefined;
  readonly username: string | undefined;
  readonly state: string;
  readonly 'closed-reason': string | undefined;
  /** All of them are printed. */
  readonly json?: boolean;
}

/** What the flags stand for. */
export async function connQuery(
  flags: ConnInput,
  stateGiven: boolean,
): Promise<{ query: ConnQuery; order: ConnOrder }> {
  const reason = flags['closed-reason'];
  // Open connections have no reason: asking for one means the closed ones.
  const state = (reason && !stateGiven ? 'closed' : flags.state) as 'open' | 'closed' | 'all';
  const order: ConnOrder = { sort: flags.sort, reverse: flags.reverse, top: flags.top, reason: state !== 'open' };
  // All are only needed where all are printed; else no more are held than twice what is shown.
  const isAll = flags.json === true || flags.top <= 0;
  const prune = (conns: Conn[]) => (conns.length >= 2 * flags.top ? topConns(conns, order) : conns);
  return {
    query: {
      user: flags.username,
      subject: flags.subject,
      state,
      keep: reason ? await reasonFilter(reason) : undefined,
      prune: isAll ? undefined : prune,
    },
    order,
  };
}

async function reasonFilter(pattern: string): Promise<(conn: Conn) => boolean> {
  const { goRegExp } = await import('#base/regex.ts');
  const wanted = goRegExp(pattern, 'i');
  return ({ conn }) => wanted.test(conn.reason ?? '');
}
