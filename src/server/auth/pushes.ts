/** Requests in the system account about account JWTs: update, look-up, list, delete. */
import { decodeGeneric } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { subscribeInternal } from '../accounts/internal.ts';
import type { SharedAccount } from '../accounts/model.ts';
import { type Frame, makeFrame, replyOf } from '../core/frame.ts';
import { inject } from '../core/publish.ts';
import type { Client } from '../core/types.ts';
import type { Running } from '../running.ts';
import { serverInfo } from '../system/identity.ts';
import type { OperatorMode } from './operator-mode.ts';

function bodyOf(f: Frame): string {
  return f.buf.toString('utf8', f.body + Math.max(f.hdr, 0), f.end - 2);
}

/** Subscribes the services of a resolver that can be written to. */
export function startPushes(run: Running, mode: OperatorMode): void {
  const { srv } = run;
  const { resolver } = mode;
  const system = srv.systemAccount.more as SharedAccount | null;
  if (system === null || resolver.kind === 'url') return;
  const answer = (to: Client, reply: string, body: string): void => {
    if (reply === '') return;
    inject(to, srv.systemAccount, reply, makeFrame('', -1, Buffer.from(body, 'utf8')));
    srv.flush();
  };
  const on = (
    subject: string,
    run_: (f: { body: string; reply: string; subject: string; from: Client }) => void,
  ): void => {
    subscribeInternal(srv, system, subject, (_sub, from, at, f) => {
      // The frame lives only as long as this call.
      run_({ body: bodyOf(f), reply: replyOf(f), subject: at, from: system.internal! });
      return from !== null;
    });
  };
  const status = (account: string, message: string): string =>
    JSON.stringify({ server: serverInfo(run), data: { account, code: 200, message } });
  const problem = (account: string, description: string): string =>
    JSON.stringify({ server: serverInfo(run), error: { account, code: 500, description } });

  const update = (jwt: string, account: string | null, reply: string, from: Client): void => {
    mode
      .push(jwt.trim(), account)
      .then((name) => answer(from, reply, status(name, 'jwt updated')))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        srv.logger?.log('error', `jwt update resulted in error - ${account ?? 'n/a'} - ${why}`);
        answer(from, reply, problem(account ?? 'n/a', `jwt update resulted in error - ${why}`));
      });
  };
  if (resolver.kind !== 'memory') {
    on('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', (r) => update(r.body, r.subject.split('.')[3]!, r.reply, r.from));
    on('$SYS.ACCOUNT.*.CLAIMS.UPDATE', (r) => update(r.body, r.subject.split('.')[2]!, r.reply, r.from));
    on('$SYS.REQ.CLAIMS.UPDATE', (r) => update(r.body, null, r.reply, r.from));
    on('$SYS.REQ.CLAIMS.LIST', (r) => {
      void resolver.list().then((data) => answer(r.from, r.reply, JSON.stringify({ data, server: serverInfo(run) })));
    });
    on(
      '$SYS.REQ.CLAIMS.DELETE',
      (r) =>
        void remove(run, mode, r.body).then(
          (n) => answer(r.from, r.reply, status('', `deleted ${n} accounts`)),
          (error: unknown) =>
            answer(r.from, r.reply, problem('', error instanceof Error ? error.message : String(error))),
        ),
    );
    on('$SYS.REQ.CLAIMS.PACK', (r) => {
      void pack(mode).then((lines) => {
        for (const line of lines) answer(r.from, r.reply, line);
        answer(r.from, r.reply, '');
      });
    });
  }
  on('$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP', (r) => {
    void resolver.fetch(r.subject.split('.')[3]!).then((jwt) => answer(r.from, r.reply, jwt ?? ''));
  });
}

/** All JWTs as `KEY|JWT`, for servers that compare their stores. */
async function pack(mode: OperatorMode): Promise<string[]> {
  const out: string[] = [];
  for (const name of await mode.resolver.list()) {
    const jwt = await mode.resolver.fetch(name);
    if (jwt !== null) out.push(`${name}|${jwt}`);
  }
  return out;
}

/** Deletes the accounts a self-signed token of the operator names. Returns how many. */
async function remove(run: Running, mode: OperatorMode, token: string): Promise<number> {
  const claims = await decodeGeneric(token.trim());
  const refuse = (why: string): Error => new Error(`delete accounts request by ${claims.sub} failed - ${why}`);
  if (mode.resolver.remove === null) throw refuse('delete must be enabled in server config');
  if (claims.sub !== claims.iss) throw refuse('not self signed');
  const keys = mode.operators.flatMap((o) => [
    ...(o.nats.strict_signing_key_usage ? [] : [o.sub]),
    ...o.nats.signing_keys,
  ]);
  if (!keys.includes(claims.iss)) throw refuse('not trusted');
  const list = claims.nats.accounts;
  if (!Array.isArray(list)) throw refuse('malformed request');
  for (const name of list) {
    if (typeof name !== 'string' || !isPublicKey(name, 'account')) throw refuse('malformed request');
    if (name === run.srv.systemAccount.name) throw refuse('not allowed to delete system account');
  }
  let done = 0;
  const failed: string[] = [];
  for (const name of list as string[]) {
    try {
      await mode.resolver.remove(name);
      mode.disable(name);
      done++;
    } catch (error) {
      failed.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failed.length > 0)
    throw new Error(`deleted ${done} accounts, failed for ${failed.length} - ${failed.join('\n')}`);
  return done;
}
