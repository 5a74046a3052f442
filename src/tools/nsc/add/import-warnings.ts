import { quote } from '#base/quote.ts';
import type { Import } from '#crypto/imports.ts';
import { isContainedIn } from '#crypto/subjects.ts';
import type { AccountEdit } from '../account-edit.ts';

/** Warns of an import that will not work as far as the store tells: nothing exported, no token, a name taken twice. */
export async function warnAboutImport({ store, account, report }: AccountEdit, added: Import): Promise<void> {
  for (const name of await store.accounts()) {
    const exporter = await store.account(name).catch(() => undefined);
    if (exporter?.sub !== added.account) continue;
    const exports = exporter.nats.exports.filter((e) => e.type === added.type);
    const found = exports.find((e) => isContainedIn(added.subject, e.subject));
    if (!found) report.warn(`account ${quote(name)} does not export ${added.type} ${quote(added.subject)}`);
    else if (found.token_req && added.token === '') {
      report.warn(`the export ${quote(found.subject)} is private: the import needs an activation token`);
    }
    break;
  }
  const local = (one: Import) => one.local_subject || one.to || one.subject;
  const twin = account.nats.imports.find(
    (one) => one !== added && one.type === added.type && local(one) === local(added),
  );
  if (twin) report.warn(`import ${quote(twin.name)} has the same local subject ${quote(local(added))}`);
}
