import type { Nsc } from '../nsc.ts';
import { askKey, askName, askText, askTimes, askYes } from './choose.ts';

interface Given {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly start: string | undefined;
  readonly expiry: string | undefined;
}

interface Answers {
  readonly flags: Partial<Given & { sys: boolean; 'generate-signing-key': boolean }>;
  /** The operator's key, when it is there already. */
  readonly key?: string | undefined;
}

/** The questions of `nsc add operator -i`. */
export async function askOperator(nsc: Nsc, argument: string | undefined, flags: Given): Promise<Answers> {
  if (await askYes(nsc, 'import operator from a JWT', true, '--url')) {
    const url = await askText(nsc, 'path or url for operator jwt', flags.url, '--url', (answer) =>
      answer === '' ? 'a path, a URL or the name of a known operator is needed' : undefined,
    );
    return { flags: { url, sys: false } };
  }
  const name = await askName(nsc, 'operator name', flags.name || argument);
  const times = await askTimes(nsc, flags.start, flags.expiry);
  const sys = await askYes(nsc, 'Generate system account?', true, '--sys');
  const signing = await askYes(nsc, 'Generate signing key?', true, '--generate-signing-key');
  const key = nsc.keyFlag === '' ? await askKey(nsc, 'operator', '-K') : undefined;
  return { flags: { name, ...times, sys, 'generate-signing-key': signing }, key };
}
