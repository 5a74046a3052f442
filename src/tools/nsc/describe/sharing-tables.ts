import { unixDate } from '#base/dates.ts';
import { exportTypeName } from '#crypto/activation.ts';
import type { Export } from '#crypto/exports.ts';
import type { Import } from '#crypto/imports.ts';
import type { NscTable } from '#view/nsc-table.ts';
import { titleCase } from './operator-table.ts';
import { yesNo } from './rows.ts';

/** What describing imports needs to know beyond the account. */
export interface AccountNames {
  /** The name of an account by its public key; the key itself when unknown. */
  nameOf(publicKey: string): string;
  /** When an activation token expires (unix seconds, 0 never), or why it cannot be read. */
  expiryOf(token: string): number | string;
}

/** Exports, and their descriptions where there are any. */
export function exportTables(exports: readonly Export[]): NscTable[] {
  if (exports.length === 0) return [];
  const main: NscTable = {
    title: 'Exports',
    headers: ['Name', 'Type', 'Subject', 'Account Token Position', 'Public', 'Revocations', 'Tracking', 'Allow Trace'],
    rows: exports.map((e) => [
      e.name,
      exportType(e),
      e.subject,
      e.account_token_position > 0 ? String(e.account_token_position) : '-',
      yesNo(!e.token_req),
      e.revocations.size,
      tracking(e),
      e.type === 'stream' ? 'N/A' : yesNo(e.allow_trace),
    ]),
  };
  const described = exports.filter((e) => e.description !== '' || e.info_url !== '');
  if (described.length === 0) return [main];
  const rows = described.map((e) => [e.name, e.description.replaceAll('\n', ' '), e.info_url]);
  return [main, { title: 'Exports - Descriptions', headers: ['Name', 'Description', 'Info Url'], rows }];
}

function exportType(e: Export): string {
  const name = titleCase(exportTypeName(e.type));
  const several = e.response_type === 'Stream' || e.response_type === 'Chunked';
  return e.type === 'service' && several ? `${name} [${e.response_type}]` : name;
}

function tracking(e: Export): string {
  if (e.type !== 'service') return 'N/A';
  const latency = e.service_latency;
  // The original writes 0 where the tracing headers decide.
  return latency ? `${latency.results} (${latency.sampling === 'headers' ? 0 : latency.sampling}%)` : '-';
}

export function importTable(imports: readonly Import[], names: AccountNames): NscTable {
  return {
    title: 'Imports',
    headers: ['Name', 'Type', 'Remote', 'Local', 'Expires', 'From Account', 'Public', 'Allow Trace'],
    rows: imports.map((i) => {
      const swapped = i.type === 'service' && i.to !== '';
      const expiry = i.token === '' ? 0 : names.expiryOf(i.token);
      return [
        i.name,
        titleCase(exportTypeName(i.type)),
        swapped ? i.to : i.subject,
        swapped ? i.subject : i.local_subject,
        typeof expiry === 'string' ? `error decoding: ${expiry}` : unixDate(expiry),
        names.nameOf(i.account),
        yesNo(i.token === ''),
        i.type === 'service' ? 'N/A' : yesNo(i.allow_trace),
      ];
    }),
  };
}
