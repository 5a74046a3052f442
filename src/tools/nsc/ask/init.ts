import { expandPath } from '#store/dirs.ts';
import { knownOperators } from '../known-operators.ts';
import type { Nsc } from '../nsc.ts';
import { isHttpUrl } from '../push/url.ts';
import { askText } from './choose.ts';

/** What init makes. */
export interface InitChoice {
  /** Of the operator (when one is made), the account and the user. */
  readonly name: string;
  /** Directory that holds the operators. */
  readonly dir: string;
  /** Where the token of an operator elsewhere is; undefined makes an operator. */
  readonly operatorUrl: string | undefined;
}

/** The questions of `nsc init`. `name` is proposed. */
export async function askInit(nsc: Nsc, name: string): Promise<InitChoice> {
  const { runtime } = nsc;
  const given = await askText(nsc, 'enter a configuration directory', nsc.config.store_root, '--dir');
  const dir = expandPath(runtime, given);
  const operators = knownOperators(runtime);
  const prompts = await runtime.prompts();
  const choices = [
    ...operators.map((operator) => ({ label: operator.name, value: operator.url })),
    { label: 'Create Operator', value: 'create' },
    { label: 'Other', value: 'other' },
  ];
  const picked = await prompts.select({
    message: 'Select an operator',
    choices,
    default: operators.length,
    flag: '--remote-operator',
  });
  const url = picked === 'other' ? await askUrl(nsc) : picked === 'create' ? undefined : picked;
  const question = url === undefined ? 'name your operator, account and user' : 'name your account and user';
  const taken = await nsc.operators();
  const answer = await askText(nsc, question, name, '--name', (text) =>
    url === undefined && taken.includes(text) ? `an operator named ${text} already exists` : undefined,
  );
  return { name: answer, dir, operatorUrl: url };
}

function askUrl(nsc: Nsc): Promise<string> {
  return askText(nsc, 'Operator URL', undefined, '--url', (answer) =>
    isHttpUrl(answer) ? undefined : 'an http or https URL is needed',
  );
}
