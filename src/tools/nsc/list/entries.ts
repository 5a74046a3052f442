import { messageOf } from '#base/errors.ts';
import { list, obj, str } from '#cli/schema.ts';
import { decode } from '#crypto/jwt.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { type NscTable, renderNscTable } from '#view/nsc-table.ts';
import { goJson } from '../go-json.ts';

/** One operator, account or user of a list. */
export interface Listed {
  readonly name: string;
  /** Empty when the token cannot be read. */
  readonly public_key: string;
  /** The name in the token, when it is another one than that of the file. */
  readonly token_name?: string;
  readonly error?: string;
}

export const listedOutput = list(obj({ name: str, public_key: str, 'token_name?': str, 'error?': str }));

/** Reads the tokens of the named things; what cannot be read stays in the list with the reason. */
export async function listed(names: readonly string[], tokenOf: (name: string) => Promise<string>): Promise<Listed[]> {
  const out: Listed[] = [];
  for (const name of names) out.push(await entry(name, tokenOf));
  return out;
}

async function entry(name: string, tokenOf: (name: string) => Promise<string>): Promise<Listed> {
  let token = '';
  try {
    token = await tokenOf(name);
    const claims = await decode(token);
    return { name, public_key: claims.sub, ...(claims.name === name ? {} : { token_name: claims.name }) };
  } catch (error) {
    const chunks = token.split('.').length;
    return { name, public_key: '', error: token !== '' && chunks !== 3 ? 'expected 3 chunks' : messageOf(error) };
  }
}

/** Shows a list; the current entry is bold on a terminal. */
export async function showListed(
  runtime: Runtime,
  title: string,
  entries: readonly Listed[],
  options: { readonly current: string; readonly json: boolean },
): Promise<void> {
  const text = () =>
    options.json
      ? // Go writes a list without entries as null, and scripts compare with that.
        goJson(entries.length > 0 ? entries : null)
      : `${renderNscTable(listTable(title, entries, options.current), runtime.terminal)}\n`;
  await runtime.show({ data: entries, text });
}

function listTable(title: string, entries: readonly Listed[], current: string): NscTable {
  if (entries.length === 0) return { title, rows: [['No entries defined']] };
  const rows = entries.map((e) => {
    const name = e.token_name === undefined ? e.name : `${e.name} (${e.token_name})`;
    const key = e.error === undefined ? e.public_key : `error loading jwt - ${e.error}`;
    const style = e.name === current ? ('bold' as const) : ('' as const);
    return [
      { value: name, style },
      { value: key, style },
    ];
  });
  return { title, headers: ['Name', 'Public Key'], rows };
}
