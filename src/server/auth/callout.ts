/** Auth callout (ADR-26): a service decides who a connection is, and answers with a user JWT made for it. */
import { newAuthorizationRequest } from '#crypto/authorization.ts';
import { decodeAs, encode } from '#crypto/jwt.ts';
import { createKeyPair } from '#crypto/nkeys.ts';
import type { UserPermissionLimits } from '#crypto/permissions.ts';
import type { UserClaims } from '#crypto/user.ts';
import { validate } from '#crypto/validate.ts';
import { open, seal } from '#crypto/xkeys.ts';
import { authUser, KINDS, TYPES } from '../accounts/info.ts';
import { internalClient, subscribeInternal } from '../accounts/internal.ts';
import type { SharedAccount } from '../accounts/model.ts';
import { makeFrame } from '../core/frame.ts';
import { randomText } from '../core/identity.ts';
import { inject } from '../core/publish.ts';
import { unsubscribe } from '../core/subs.ts';
import type { Client, Verdict } from '../core/types.ts';
import type { Running } from '../running.ts';
import { permissionsOf } from './claims.ts';
import { knownConnectionTypes } from './connection-types.ts';
import { expireAt, forbidPublish, register } from './register.ts';
import type { ServerKeys } from './server-keys.ts';
import { timesAllowed } from './times.ts';

const SUBJECT = '$SYS.REQ.USER.AUTH';
const AUDIENCE = 'nats-authorization-request';
const KEY_HEADER = 'Nats-Server-Xkey';

/** Where a user JWT of the service puts the connection, with what it may do there. */
export interface Placement {
  readonly account: SharedAccount;
  readonly nats: UserPermissionLimits;
}

/** How one service is asked, and what it may say. */
export interface CalloutRules {
  /** Account in which the service listens. */
  readonly account: SharedAccount;
  /** Subject of the request's JWT: the key the answers come from. */
  readonly subject: string;
  /** The service's curve key; '' for requests in plain text. */
  readonly xkey: string;
  /** Whether an answer in plain text may be signed with this key. */
  mayAnswer(key: string): boolean;
  /** Rejects with the reason when the service may not put users there. */
  place(user: UserClaims): Promise<Placement>;
}

/** Thrown by `place`; the text goes to the log and to advisories. */
export class CalloutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CalloutError';
  }
}

/** Asks the service about a connection and does what it says. */
export async function askCallout(run: Running, c: Client, rules: CalloutRules): Promise<Verdict> {
  const keys = run.keys;
  const pair = await createKeyPair('user');
  try {
    if (keys === null) throw new CalloutError('the server has no key to ask with; it must be started anew');
    const answer = await exchange(run, c, rules, keys, pair.publicKey);
    if (answer === null) {
      run.srv.logger?.log(
        'debug',
        `Authorization callout response not received in time on account "${rules.account.name}"`,
      );
      return { ok: false, account: rules.account.core!, accountReason: '' };
    }
    const user = await readAnswer(run, rules, keys, pair.publicKey, answer);
    return await admit(run, c, rules, user, pair.publicKey);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const why = text.charAt(0).toUpperCase() + text.slice(1);
    run.srv.logger?.log('warn', why);
    return { ok: false, account: rules.account.core!, accountReason: why };
  }
}

/** Keeps clients of the service's own account from asking in the server's name. */
export function forbidCallouts(c: Client): void {
  forbidPublish(c, SUBJECT);
}

/** Sends the request and waits for the answer as long as logins may take; null when none came. */
async function exchange(
  run: Running,
  c: Client,
  rules: CalloutRules,
  keys: ServerKeys,
  userKey: string,
): Promise<Buffer | null> {
  const { srv } = run;
  const { account } = rules;
  const wait = srv.options.authTimeout;
  const token = await encode(requestFor(run, c, rules, keys, userKey), keys.signing, srv.clock.now() / 1000);
  let body: Uint8Array = Buffer.from(token, 'latin1');
  let header = '';
  if (rules.xkey !== '') {
    body = await seal(keys.curve, rules.xkey, body);
    header = `NATS/1.0\r\n${KEY_HEADER}: ${keys.curve.publicKey}\r\n\r\n`;
  }
  const reply = `$SYS._INBOX.${randomText(12)}.${randomText(8)}`;
  let timer: unknown = null;
  const answer = new Promise<Buffer | null>((done) => {
    const sub = subscribeInternal(srv, account, reply, (_sub, _from, _subject, f) => {
      finish(Buffer.from(f.buf.subarray(f.body + Math.max(f.hdr, 0), f.end - 2)));
      return true;
    });
    const finish = (value: Buffer | null): void => {
      srv.clock.cancel(timer);
      unsubscribe(sub.client, sub, true);
      done(value);
    };
    timer = srv.clock.after(wait, () => finish(null));
  });
  const head = Buffer.from(header, 'latin1');
  const frame = makeFrame(reply, header === '' ? -1 : head.length, Buffer.concat([head, body]));
  inject(internalClient(srv, account), account.core!, SUBJECT, frame);
  srv.flush();
  return answer;
}

function requestFor(run: Running, c: Client, rules: CalloutRules, keys: ServerKeys, userKey: string) {
  const { srv } = run;
  const o = c.options;
  const request = newAuthorizationRequest(rules.subject);
  request.aud = AUDIENCE;
  request.exp = BigInt(Math.floor((srv.clock.now() + srv.options.authTimeout) / 1000));
  const { nats } = request;
  nats.user_nkey = userKey;
  Object.assign(nats.server_id, {
    name: srv.options.name,
    host: srv.host,
    id: keys.signing.publicKey,
    version: srv.version,
  });
  nats.server_id.tags = [...(run.options.tags ?? [])];
  if (rules.xkey !== '') nats.server_id.xkey = keys.curve.publicKey;
  Object.assign(nats.client_info, {
    host: c.peerHost,
    id: BigInt(c.cid),
    user: authUser(c),
    name: o.name,
    tags: [...(c.identity?.tags ?? [])],
    name_tag: c.identity?.nameTag ?? '',
    kind: KINDS[c.kind],
    type: TYPES[c.wire.peer.kind],
    nonce: o.sig === '' ? '' : c.nonce,
  });
  const { jwt, nkey, sig, auth_token, user, pass, name, lang, version, protocol } = o;
  const given = { jwt, nkey, sig, auth_token, user, pass, name, lang, version, protocol: BigInt(protocol) };
  Object.assign(nats.connect_opts, given);
  const tls = c.wire.tls?.() ?? null;
  if (tls !== null) {
    const chain = (c.wire.chain?.() ?? []).map(pem);
    // Certificates are only asked for to be verified.
    const chains = chain.length === 0 ? [] : [chain];
    nats.client_tls = { version: tls.version, cipher: tls.cipher, certs: [], verified_chains: chains };
  }
  return request;
}

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The user JWT in an answer, once it is sure that the answer is for us and from who may give it. */
async function readAnswer(
  run: Running,
  rules: CalloutRules,
  keys: ServerKeys,
  userKey: string,
  answer: Buffer,
): Promise<UserClaims> {
  const where = JSON.stringify(rules.account.name);
  if (answer.length === 0) throw new CalloutError(`auth callout violation: "no reason supplied" on account ${where}`);
  let token = answer;
  const sealed = rules.xkey !== '' && answer.latin1Slice(0, 3) !== 'eyJ';
  if (sealed) {
    try {
      token = Buffer.from(await open(keys.curve, rules.xkey, answer));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CalloutError(`error decrypting auth callout response on account ${where}: ${why}`);
    }
  }
  const response = await decodeAs(token.latin1Slice(), 'authorization_response');
  const [issue] = await validate(response, Math.floor(run.srv.clock.now() / 1000));
  if (issue !== undefined) throw new CalloutError(`authorization response had validation errors: ${issue.text}`);
  if (response.sub !== userKey) {
    throw new CalloutError('auth callout violation: auth callout response is not for expected user');
  }
  if (response.aud !== keys.signing.publicKey) {
    throw new CalloutError('auth callout violation: auth callout response is not for server');
  }
  if (response.nats.error !== '')
    throw new CalloutError(`auth callout service returned an error: ${response.nats.error}`);
  if (!sealed && !rules.mayAnswer(response.nats.issuer_account || response.iss)) {
    throw new CalloutError('auth callout signing key is unknown');
  }
  return decodeAs(response.nats.jwt, 'user');
}

/** Makes the connection the user of the JWT. */
async function admit(
  run: Running,
  c: Client,
  rules: CalloutRules,
  user: UserClaims,
  userKey: string,
): Promise<Verdict> {
  const { srv } = run;
  const where = JSON.stringify(rules.account.name);
  if (user.nats.proxy_required && c.proxyKey === '') return { ok: false, reason: 'Proxy Required' };
  const [issue] = await validate(user, Math.floor(srv.clock.now() / 1000));
  if (issue !== undefined) throw new CalloutError(`Error validating user JWT: ${issue.text}`);
  if (user.sub !== userKey) {
    throw new CalloutError(`Expected authorized user of "${userKey}" but got "${user.sub}" on account ${where}`);
  }
  const now = srv.clock.now();
  const validFor = timesAllowed(user.nats, now);
  if (validFor === null) throw new CalloutError(`authorized user on account ${where} outside of valid connect times`);
  if (knownConnectionTypes(user.nats.allowed_connection_types) === null) {
    throw new CalloutError(`authorized user on account ${where} using invalid connection type`);
  }
  const { account, nats } = await rules.place(user);
  if (c.phase === 'closed') return { ok: false, told: true };
  c.options.jwt = '';
  const issuerKey = user.nats.issuer_account === '' ? account.name : user.iss;
  c.identity = { ...c.identity, publicKey: '', issuerKey };
  const defaults = (account.claims as { defaultPermissions?: ReturnType<typeof permissionsOf> } | null)
    ?.defaultPermissions;
  const verdict = register(c, { account: account.core!, permissions: permissionsOf(nats) ?? defaults ?? null });
  if (!verdict.ok) return verdict;
  if (user.name !== '') {
    c.options.user = user.name;
    c.options.nkey = '';
    c.options.auth_token = '';
  }
  const expires = user.exp === 0 ? Number.POSITIVE_INFINITY : Number(user.exp) * 1000;
  const until = Math.min(expires, validFor === 0 ? Number.POSITIVE_INFINITY : now + validFor);
  if (Number.isFinite(until)) expireAt(c, until);
  return verdict;
}
