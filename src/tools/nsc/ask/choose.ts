// Questions of -i that many commands ask. Without -i they give back what was given.
import type { KeyKind } from '#crypto/nkeys.ts';
import { resolveKey } from '#store/keystore.ts';
import type { Signers } from '#store/signers.ts';
import type { Nsc } from '../nsc.ts';
import { readDate } from '../times.ts';

/** Asks which account when there are several; the current one is proposed. */
export async function chosenAccount(nsc: Nsc, given: string | undefined): Promise<string | undefined> {
  if (!nsc.interactive) return given;
  const names = await (await nsc.store()).accounts();
  if (names.length < 2) return given;
  return choose(nsc, 'select account', names, given || nsc.config.account, '--account');
}

/** Asks which user when none is given and there are several. */
export async function chosenUser(nsc: Nsc, account: string, given: string | undefined): Promise<string | undefined> {
  if (!nsc.interactive || given) return given;
  const names = await (await nsc.store()).users(account);
  if (names.length < 2) return names[0];
  return choose(nsc, 'select user', names, undefined, '--name');
}

/** One of several names. */
export async function choose(
  nsc: Nsc,
  message: string,
  names: readonly string[],
  proposed: string | undefined,
  flag: string,
): Promise<string> {
  const prompts = await nsc.runtime.prompts();
  const at = proposed === undefined ? -1 : names.indexOf(proposed);
  const choices = names.map((name) => ({ label: name, value: name }));
  return prompts.select({ message, choices, flag, ...(at >= 0 ? { default: at } : {}) });
}

/** A line of text; what was given is proposed. */
export async function askText(
  nsc: Nsc,
  message: string,
  proposed: string | undefined,
  flag: string,
  validate?: (answer: string) => string | undefined | Promise<string | undefined>,
): Promise<string> {
  const prompts = await nsc.runtime.prompts();
  return prompts.input({
    message,
    flag,
    ...(proposed ? { default: proposed } : {}),
    ...(validate ? { validate } : {}),
  });
}

export async function askYes(nsc: Nsc, message: string, proposed: boolean, flag: string): Promise<boolean> {
  return (await nsc.runtime.prompts()).confirm({ message, default: proposed, flag });
}

/** A name that may not be empty. */
export function askName(nsc: Nsc, message: string, proposed: string | undefined): Promise<string> {
  return askText(nsc, message, proposed, '--name', (answer) => (answer.trim() === '' ? 'a name is needed' : undefined));
}

/** Whether to make a key, or the key that is there: undefined for a new one. */
export async function askKey(nsc: Nsc, kind: KeyKind, flag: string): Promise<string | undefined> {
  if (await askYes(nsc, `generate an ${kind} nkey`, true, flag)) return undefined;
  return askText(nsc, `path to an ${kind} nkey or nkey`, undefined, flag, async (answer) => {
    const key = await resolveKey(nsc.runtime, nsc.disk, answer).catch(() => undefined);
    if (!key) return 'no nkey, and no file that holds one';
    return key.kind === kind ? undefined : `this is no ${kind} key`;
  });
}

export interface AskedTimes {
  readonly start: string;
  readonly expiry: string;
}

/** Start and expiry. */
export async function askTimes(nsc: Nsc, start: string | undefined, expiry: string | undefined): Promise<AskedTimes> {
  const validate = (label: string) => (answer: string) => {
    try {
      readDate(answer, label, nsc.runtime.clock.now());
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return {
    start: await askText(nsc, 'valid from', start, '--start', validate('start')),
    expiry: await askText(nsc, 'valid until (0 is always)', expiry, '--expiry', validate('expiry')),
  };
}

/** The signing key: asked for when several are stored and -K does not say. */
export async function chosenSigner(nsc: Nsc, signers: Signers, message: string): Promise<string | undefined> {
  if (nsc.keyFlag !== '') return undefined;
  const stored: string[] = [];
  for (const key of signers.keys) if (await nsc.keys.has(key)) stored.push(key);
  if (stored.length < 2) return undefined;
  return choose(nsc, message, stored, stored[0], '-K');
}
