// An export as data and as a report.
import { parseJson } from '#base/json64.ts';
import { formatDateTime, fromSeconds } from '#base/time.ts';
import { type OutputSpec, obj, recordOf, str } from '#cli/schema.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { type Export, exportShape } from '#crypto/exports.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';

/** As it stands in the token. */
export const exportSchema = obj({ name: str, subject: str, type: str });
export const exportOutput: OutputSpec = recordOf(exportSchema);

export function exportData(one: Export): object {
  return parseJson(exportShape.write(one)) as object;
}

export function kindName({ type }: { readonly type: string }): string {
  return type === 'service' ? 'Service' : 'Stream';
}

/** Exports by subject, streams first where two share one. */
export function sortedBySubject<T extends { readonly subject: string; readonly type: string }>(
  list: readonly T[],
): T[] {
  const key = (one: T) => `${one.subject}\n${kindName(one) === 'Stream' ? 0 : 1}`;
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The export of a subject; that of a stream where there are two. */
export function findExport({ nats }: AccountClaims, subject: string): Export | undefined {
  return sortedBySubject(nats.exports).find((one) => one.subject === subject);
}

export async function exportText(runtime: Runtime, one: Export): Promise<string> {
  const report = columns(`Export info for ${one.name} exporting ${one.subject}`)
    .section('Configuration')
    .row('Name', one.name)
    .rowIfNotEmpty('Description', one.description)
    .row('Kind', kindName(one))
    .rowIfNotEmpty('Info', one.info_url)
    .row('Subject', one.subject)
    .row('Activation Required', one.token_req)
    .row('Account Token Position', one.account_token_position)
    .row('Advertised', one.advertise)
    .section('Revocations');
  if (one.revocations.size === 0) report.line('No revocations found');
  for (const [key, at] of one.revocations) report.row(formatDateTime(fromSeconds(Number(at))), key);
  return `${await columnsText(runtime, report)}\n`;
}
