// An import as data and as a report.
import { parseJson } from '#base/json64.ts';
import { type OutputSpec, obj, recordOf, str } from '#cli/schema.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { type Import, importShape } from '#crypto/imports.ts';
import { readClaims } from '#crypto/jwt.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import type { Store } from '#store/store.ts';
import { columns } from '#view/columns.ts';
import { kindName, sortedBySubject } from '../exports/show.ts';

/** As it stands in the token. */
export const importSchema = obj({ name: str, subject: str, account: str, type: str });
export const importOutput: OutputSpec = recordOf(importSchema);

export function importData(one: Import): object {
  return parseJson(importShape.write(one)) as object;
}

/** The subject an import has in the importing account. */
export function localSubject(one: Import): string {
  return one.local_subject || one.to || one.subject;
}

/** The import with a local subject; that of a stream where there are two. */
export function findImport({ nats }: AccountClaims, subject: string): Import | undefined {
  return sortedBySubject(nats.imports).find((one) => localSubject(one) === subject);
}

/** Names of accounts by public key. */
export async function accountNamesByKey(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await store.accounts()) found.set(readClaims(await store.accountToken(name)).sub, name);
  return found;
}

export async function importText(runtime: Runtime, one: Import, names: ReadonlyMap<string, string>): Promise<string> {
  const local = localSubject(one);
  const name = names.get(one.account);
  const report = columns(`Import info for import ${JSON.stringify(one.name)} importing ${JSON.stringify(local)}`)
    .section('Configuration')
    .row('Name', one.name)
    .row('From Account', name === undefined ? one.account : `${name} (${one.account})`)
    .row('Local Subject', local)
    .row('Kind', kindName(one))
    .row('Remote Subject', one.subject)
    .row('Sharing Connection Info', one.share)
    .rowIf('Allows Message Tracing', one.allow_trace, one.type === 'stream');
  return `${await columnsText(runtime, report)}\n`;
}
