/** Answers to requests made to the server: its numbers, and what an operator may tell it to do. */
import { jsonBytes } from '../accounts/info.ts';
import { closeClient } from '../core/close.ts';
import { infoLine } from '../core/handshake.ts';
import { send } from '../core/out.ts';
import { inject } from '../core/publish.ts';
import { toBinary } from '../core/text.ts';
import { gatewayz, healthz, jsz, leafz, routez } from '../monitor/absent.ts';
import { accountDetail, accountStatz, accountz } from '../monitor/accounts.ts';
import { connz } from '../monitor/connections.ts';
import { statsz, varz } from '../monitor/server.ts';
import { subsz } from '../monitor/subscriptions.ts';
import { usage } from '../net/host.ts';
import type { Running } from '../running.ts';
import { sendAccountConnections } from './advisories.ts';
import { matchesFilter } from './filter.ts';
import { serverInfo } from './identity.ts';
import type { SystemRequest } from './request.ts';
import { countSubscribers, subscriberRequest } from './subscribers.ts';
import { speaker, tell } from './tell.ts';
import { userInfo } from './user-info.ts';

type Body = Record<string, unknown>;
/** Gives the `data` of an answer; SKIP for no answer at all. */
type Service = (run: Running, body: Body, account: string) => unknown | Promise<unknown>;

const SKIP = Symbol('no answer');

/** Requests that are answered without data. */
const COMMANDS = /\.(RELOAD|KICK|LDM)$/;

const SERVER: Record<string, Service> = {
  VARZ: (run) => varz(run),
  SUBSZ: (run, o) => subsz(run, o),
  CONNZ: (run, o) => connz(run, o),
  ROUTEZ: (run) => routez(run),
  GATEWAYZ: (run) => gatewayz(run),
  LEAFZ: (run) => leafz(run),
  ACCOUNTZ: (run, o) => accountz(run, o),
  JSZ: (run) => jsz(run),
  HEALTHZ: (_run, o) => healthz(o),
  IPQUEUESZ: () => ({}),
  RAFTZ: () => ({}),
  EXPVARZ: () => ({ memstats: { Sys: usage().memory }, cmdline: [] }),
  PROFILEZ: (_run, o) => ({
    profile: null,
    error: o.name ? 'profiles of this server are taken with the tools of its runtime' : 'Profile name not specified',
  }),
  RELOAD: async (run) => {
    const next = await run.options.reloadFrom?.();
    if (next === undefined) throw new Error('can only reload config when a file is provided using -c or --config');
    const { reload } = await import('../reload.ts');
    await reload(run, next);
  },
  KICK: (run, o) => {
    const c = run.srv.clients.get(Number(o.cid));
    if (c === undefined) throw new Error('no such client or leafnode id');
    closeClient(c, 'Kicked');
  },
  LDM: (run, o) => {
    const c = run.srv.clients.get(Number(o.cid));
    if (c === undefined) throw new Error('no such client id');
    if (c.options.protocol < 1 || !c.firstPongSent) {
      throw new Error('client does not support Lame Duck Mode or is not ready to receive the notification');
    }
    send(c, infoLine(c, { lameDuck: true }));
  },
};

const ACCOUNT: Record<string, Service> = {
  SUBSZ: (run, o, account) => subsz(run, { ...o, subscriptions: true, account }),
  CONNZ: (run, o, acc) => connz(run, { ...o, acc }),
  LEAFZ: (run) => leafz(run),
  JSZ: () => {
    throw new Error('jetstream not enabled');
  },
  INFO: (run, _o, account) => accountDetail(run, account),
  STATZ: (run, o, account) => {
    if (account === 'PING') return SKIP;
    return used(accountStatz(run, { ...o, accounts: [account] }), o);
  },
};

/** Accounts without connections are only spoken of when asked for. */
function used(answer: { account_statz: unknown[] }, o: Body): unknown {
  return answer.account_statz.length === 0 && o.include_unused !== true ? SKIP : answer;
}

/** Answers one request. */
export async function serve(run: Running, r: SystemRequest): Promise<void> {
  const { srv } = run;
  const t = r.subject.split('.');
  const [, , kind, name = '', what = ''] = t;
  if (t[1] === 'DEBUG') return subscriberRequest(run, r);
  if (kind === 'USER') return answerUser(run, r);
  if (kind === 'ACCOUNT') {
    if (name === 'NSUBS') return numSubscriptions(run, r);
    if (r.account !== srv.systemAccount) {
      // An account that asks about itself.
      const own = r.account.name;
      return answer(run, r, (body) => ACCOUNT[what]!(run, body, own));
    }
    if (what === 'CONNS') return connections(run, r, name);
    if (name === 'PING' && what === 'STATZ') return answer(run, r, (body) => used(accountStatz(run, body), body));
    return answer(run, r, (body) => ACCOUNT[what]!(run, body, name));
  }
  if (r.account !== srv.systemAccount) return answer(run, r, (body) => ACCOUNT.CONNZ!(run, body, r.account.name));
  if (t.length === 4 || what === 'STATSZ') return sendStatsz(run, r);
  if (what === 'IDZ') {
    if (r.reply !== '') tell(run, r.account, r.reply, { name: srv.options.name, host: srv.host, id: srv.id });
    return;
  }
  if ((what === 'KICK' || what === 'LDM') && parse(r.body) === null) return;
  return answer(run, r, (body) => SERVER[what]!(run, body, ''));
}

/** Null when it is no JSON object. */
function parse(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return null;
  }
}

async function answer(run: Running, r: SystemRequest, give: (body: Body) => unknown): Promise<void> {
  if (r.reply === '') return;
  let body: Body = {};
  if (r.body !== '') {
    const read = parse(r.body);
    if (read === null) {
      respond(run, r, { server: serverInfo(run), error: { code: 400, description: 'the request is no JSON object' } });
      return;
    }
    body = read;
    if (!matchesFilter(run, body)) return;
  }
  try {
    const data = await give(body);
    if (data === SKIP) return;
    const value = { server: serverInfo(run), data: data ?? undefined };
    await respondPacked(run, r, value);
  } catch (error) {
    const description = error instanceof Error ? error.message : String(error);
    respond(run, r, {
      server: serverInfo(run),
      data: COMMANDS.test(r.subject) ? undefined : null,
      error: { code: 500, description },
    });
  }
}

function respond(run: Running, r: SystemRequest, value: unknown): void {
  tell(run, r.account, r.reply, value);
}

/** Compresses when the request asks for it. */
async function respondPacked(run: Running, r: SystemRequest, value: unknown): Promise<void> {
  const asked = /^accept-encoding:\s*(.*)$/im.exec(r.header)?.[1]?.trim() ?? '';
  if (asked === '') return respond(run, r, value);
  const { packedFrame } = await import('./encoding.ts');
  inject(speaker(run, r.account), r.account, r.reply, packedFrame(asked, jsonBytes(value)));
  run.srv.flush();
}

async function sendStatsz(run: Running, r: SystemRequest): Promise<void> {
  const subject = r.reply === '' ? `$SYS.SERVER.${run.srv.id}.STATSZ` : r.reply;
  if (r.body !== '') {
    const body = parse(r.body);
    if (body === null) {
      const error = { code: 400, description: 'the request is no JSON object' };
      tell(run, r.account, subject, { server: serverInfo(run), error });
      return;
    }
    if (!matchesFilter(run, body)) return;
  }
  tell(run, r.account, subject, { server: serverInfo(run), statsz: await statsz(run) });
}

function answerUser(run: Running, r: SystemRequest): void {
  if (r.reply === '') return;
  tell(run, r.account, r.reply, { server: serverInfo(run), data: userInfo(r) });
}

function connections(run: Running, r: SystemRequest, name: string): void {
  const body = r.body === '' ? {} : parse(r.body);
  const account = run.srv.accounts.get(name);
  if (body === null || (body.acc ?? name) !== name || account === undefined || account.clients.size === 0) return;
  if (r.reply !== '') sendAccountConnections(run, account, [r.reply]);
}

function numSubscriptions(run: Running, r: SystemRequest): void {
  const body = parse(r.body);
  const account = run.srv.accounts.get(String(body?.acc ?? ''));
  if (body === null || account === undefined || account.clients.size === 0 || r.reply === '') return;
  const queue = typeof body.queue === 'string' ? Buffer.from(body.queue, 'base64').latin1Slice() : '';
  tell(run, r.account, r.reply, countSubscribers(account, toBinary(String(body.subject ?? '')), queue));
}
