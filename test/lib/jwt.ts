import { createHash } from 'node:crypto';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';

const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** A signed NATS JWT (version 2) with just these claims; enough for a server under test. */
export async function signJwt(
  issuer: KeyPair,
  subject: string,
  name: string,
  nats: Record<string, unknown>,
  times: { exp?: number; nbf?: number; aud?: string } = {},
): Promise<string> {
  const claims = {
    jti: createHash('sha256').update(`${subject}${Math.random()}`).digest('hex'),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.publicKey,
    name,
    sub: subject,
    ...times,
    nats: { version: 2, ...nats },
  };
  const text = `${b64(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }))}.${b64(JSON.stringify(claims))}`;
  return `${text}.${b64(await issuer.sign(new TextEncoder().encode(text)))}`;
}

export function credsText(jwt: string, user: KeyPair): string {
  const seed = new TextDecoder().decode(user.seed());
  return `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n************************* IMPORTANT *************************\nNKEY Seed printed below can be used to sign and prove identity.\nNKEYs are sensitive and should be treated as secrets.\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n\n*************************************************************\n`;
}

export interface OperatorMode {
  /** Configuration lines of a memory resolver. */
  config: string;
  account: KeyPair;
  systemAccount: KeyPair;
  /** Credentials of a fresh user of the account (or of the system account). */
  user(
    name: string,
    options?: { nats?: Record<string, unknown>; exp?: number; system?: boolean },
  ): Promise<{ creds: string; jwt: string; seed: string }>;
}

const unlimited = { subs: -1, data: -1, payload: -1 };

/** An operator, a system account and one account with everything allowed. */
export async function operatorMode(): Promise<OperatorMode> {
  const operator = await createKeyPair('operator');
  const systemAccount = await createKeyPair('account');
  const account = await createKeyPair('account');
  const limits = {
    ...unlimited,
    imports: -1,
    exports: -1,
    wildcards: true,
    conn: -1,
    leaf: -1,
    mem_storage: -1,
    disk_storage: -1,
  };
  const operatorJwt = await signJwt(operator, operator.publicKey, 'OP', {
    type: 'operator',
    system_account: systemAccount.publicKey,
  });
  const sysJwt = await signJwt(operator, systemAccount.publicKey, 'SYS', { type: 'account', limits });
  const accJwt = await signJwt(operator, account.publicKey, 'A', { type: 'account', limits });
  return {
    config: `operator: ${operatorJwt}\nsystem_account: ${systemAccount.publicKey}\nresolver: MEMORY\nresolver_preload: {\n ${systemAccount.publicKey}: ${sysJwt}\n ${account.publicKey}: ${accJwt}\n}\n`,
    account,
    systemAccount,
    user: async (name, options = {}) => {
      const user = await createKeyPair('user');
      const issuer = options.system ? systemAccount : account;
      const times = options.exp === undefined ? {} : { exp: options.exp };
      const jwt = await signJwt(issuer, user.publicKey, name, { type: 'user', ...unlimited, ...options.nats }, times);
      return { jwt, creds: credsText(jwt, user), seed: new TextDecoder().decode(user.seed()) };
    },
  };
}
