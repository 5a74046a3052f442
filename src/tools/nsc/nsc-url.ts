import { fail } from '#base/errors.ts';

/** `nsc://OPERATOR/ACCOUNT/USER?words`; missing parts are empty. */
export interface NscUrl {
  readonly operator: string;
  readonly account: string;
  readonly user: string;
  /** Words in lower case with their values. */
  readonly query: ReadonlyMap<string, string>;
}

function unescapePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw fail('usage', `invalid escape in ${JSON.stringify(text)}`);
  }
}

/** Reads an nsc URL; fails with usage. */
export function parseNscUrl(text: string): NscUrl {
  if (!/^nsc:\/\//i.test(text)) {
    throw fail('usage', `error parsing ${JSON.stringify(text)}: invalid nsc url: expecting 'nsc://'`);
  }
  const rest = text.slice('nsc://'.length);
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  if (path === '') {
    throw fail('usage', `error parsing ${JSON.stringify(text)}: invalid nsc url: expecting an operator name`);
  }
  const [operator = '', account = '', user = ''] = path.split('/').map(unescapePart);
  const query = new Map<string, string>();
  for (const part of mark < 0 ? [] : rest.slice(mark + 1).split('&')) {
    const at = part.indexOf('=');
    const word = (at < 0 ? part : part.slice(0, at)).toLowerCase();
    if (word !== '') query.set(word, at < 0 ? '' : unescapePart(part.slice(at + 1)));
  }
  return { operator, account, user, query };
}
