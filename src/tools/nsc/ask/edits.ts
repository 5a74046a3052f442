// Questions that several edits ask. Answers are flags, with the names of those that count as given.
import { unixDate } from '#base/dates.ts';
import { parseNumber } from '#base/size.ts';
import type { KeyKind } from '#crypto/nkeys.ts';
import type { Int64 } from '#crypto/shape.ts';
import { resolveKey } from '#store/keystore.ts';
import type { Nsc } from '../nsc.ts';
import { askText, askTimes, askYes } from './choose.ts';

/** Collects answers. */
export interface Answers {
  readonly flags: Record<string, unknown>;
  readonly set: Set<string>;
  give(flag: string, value: unknown): void;
}

export function newAnswers(): Answers {
  const flags: Record<string, unknown> = {};
  const set = new Set<string>();
  return {
    flags,
    set,
    give(flag, value) {
      flags[flag] = value;
      set.add(flag);
    },
  };
}

/** Start, expiry and tags of an existing token. */
export async function askClaims(
  nsc: Nsc,
  answers: Answers,
  claims: { readonly nbf: Int64; readonly exp: Int64; readonly nats: { readonly tags: readonly string[] } },
): Promise<void> {
  const date = (at: Int64) => unixDate(Number(at));
  const times = await askTimes(nsc, date(claims.nbf), date(claims.exp));
  if (times.start !== date(claims.nbf)) answers.give('start', times.start);
  if (times.expiry !== date(claims.exp)) answers.give('expiry', times.expiry);
  const { tags } = claims.nats;
  if (tags.length > 0 && (await askYes(nsc, 'remove tags', false, '--rm-tag'))) {
    const prompts = await nsc.runtime.prompts();
    const choices = tags.map((tag) => ({ label: tag, value: tag }));
    answers.give('rm-tag', await prompts.multiSelect({ message: 'select tags to remove', choices, flag: '--rm-tag' }));
  }
  const added = await askSeveral(nsc, 'tag', tags.length > 0, '--tag', 'enter a tag');
  if (added.length > 0) answers.give('tag', added);
}

/** Any number of values: asks whether there is one more before each; `proposed` is what Enter answers. */
export async function askSeveral(
  nsc: Nsc,
  what: string,
  more: boolean,
  flag: string,
  message: string,
  validate?: (answer: string) => string | undefined | Promise<string | undefined>,
  proposed = false,
): Promise<string[]> {
  const values: string[] = [];
  while (await askYes(nsc, `add ${more || values.length > 0 ? 'another' : 'a'} ${what}`, proposed, flag)) {
    values.push(await askText(nsc, message, undefined, flag, validate));
  }
  return values;
}

/** Signing keys to add. */
export async function askSigningKeys(nsc: Nsc, answers: Answers, kind: KeyKind): Promise<void> {
  const keys = await askSeveral(nsc, 'signing key', false, '--sk', 'path to sk nkey or nkey', async (answer) => {
    if (answer === 'generate') return undefined;
    const key = await resolveKey(nsc.runtime, nsc.disk, answer).catch(() => undefined);
    return key?.kind === kind ? undefined : `no ${kind} key, no file that holds one, and not the word generate`;
  });
  if (keys.length > 0) answers.give('sk', keys);
}

/** A number; it counts as given when it was changed. */
export async function askNumber(
  nsc: Nsc,
  answers: Answers,
  flag: string,
  message: string,
  held: Int64,
): Promise<Int64> {
  const answer = await askText(nsc, message, String(held), `--${flag}`, (text) => {
    try {
      parseNumber(text);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
  if (answer !== String(held)) answers.give(flag, answer);
  return Number(parseNumber(answer));
}
