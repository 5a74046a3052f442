/**
 * Where requests to the server itself are caught. This much is loaded from the start; what answers them (services.ts)
 * only when the first one comes.
 */
import { type Frame, replyOf } from '../core/frame.ts';
import { internalWire, makeClient } from '../core/state.ts';
import { makeSub } from '../core/subs.ts';
import type { Account, Client } from '../core/types.ts';
import type { Running } from '../running.ts';
import type { SystemRequest } from './request.ts';

/** Requests that any account may make about itself. */
const OWN = [
  '$SYS.REQ.ACCOUNT.PING.CONNZ',
  '$SYS.REQ.SERVER.PING.CONNZ',
  '$SYS.REQ.ACCOUNT.PING.STATZ',
  '$SYS.REQ.USER.INFO',
];

const SERVER = new Set(
  'IDZ STATSZ VARZ SUBSZ CONNZ ROUTEZ GATEWAYZ LEAFZ ACCOUNTZ JSZ HEALTHZ IPQUEUESZ RAFTZ EXPVARZ PROFILEZ'.split(' '),
);
const THIS_SERVER = new Set(['RELOAD', 'KICK', 'LDM']);
const ACCOUNT = new Set(['SUBSZ', 'CONNZ', 'LEAFZ', 'JSZ', 'INFO', 'STATZ', 'CONNS']);

/** Whether the system account answers this subject. */
export function isService(subject: string, serverId: string): boolean {
  const t = subject.split('.');
  if (t[1] === 'DEBUG') return subject === '$SYS.DEBUG.SUBSCRIBERS';
  const [, , kind, name, what] = t;
  if (kind === 'SERVER') {
    if (t.length === 4) return name === 'PING';
    if (t.length !== 5) return false;
    return (
      (SERVER.has(what!) && (name === 'PING' || name === serverId)) || (THIS_SERVER.has(what!) && name === serverId)
    );
  }
  if (kind === 'ACCOUNT') return t.length === 5 ? ACCOUNT.has(what!) : t.length === 4 && name === 'NSUBS';
  if (kind === 'USER') return t.length === 4 ? name === 'INFO' : t.length === 5 && what === 'INFO';
  return false;
}

const installed = new WeakSet<Account>();

/** Catches requests in all accounts, the ones made later included. */
export function startTraps(run: Running): void {
  const { srv } = run;
  const subscribe = (
    account: Account,
    sid: string,
    subject: string,
    wanted: ((subject: string) => boolean) | null,
  ): void => {
    const client = makeClient(srv, 'system', internalWire, account);
    client.echo = false;
    const handler = (_sub: unknown, from: Client, at: string, f: Frame): boolean => {
      if (wanted !== null && !wanted(at)) return false;
      const body = f.body + Math.max(f.hdr, 0);
      const request: SystemRequest = {
        subject: at,
        reply: replyOf(f),
        header: f.hdr > 0 ? f.buf.latin1Slice(f.body, body) : '',
        body: f.buf.toString('utf8', body, f.end - 2),
        from,
        account,
      };
      import('./services.ts')
        .then(({ serve }) => serve(run, request))
        .catch((error: unknown) => srv.logger?.log('error', `Error answering ${at}: ${String(error)}`));
      return true;
    };
    account.sublist.insert(makeSub(client, subject, null, sid, { handler, serviceImport: true }));
  };
  const install = (account: Account): void => {
    if (installed.has(account)) return;
    installed.add(account);
    if (account === srv.systemAccount) {
      const known = (subject: string): boolean => isService(subject, srv.id);
      subscribe(account, '1', '$SYS.REQ.>', known);
      subscribe(account, '2', '$SYS.DEBUG.SUBSCRIBERS', known);
      return;
    }
    // In nats-server the client that holds these takes an id; those of the first two accounts are counted already.
    if (account !== srv.globalAccount && account.name !== '$SYS') srv.nextCid++;
    for (const [i, subject] of OWN.entries()) subscribe(account, String(i + 1), subject, null);
  };
  srv.onTrace = (trace) => {
    import('./tracing.ts')
      .then(({ publishTrace }) => publishTrace(run, trace))
      .catch((error: unknown) => srv.logger?.log('error', `Error telling of a traced message: ${String(error)}`));
  };
  srv.onAccount = install;
  for (const account of srv.accounts.values()) install(account);
}
