// How an account reads.
import { humanDuration } from '#base/duration.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import type { AccountExport, AccountImport, AccountInfo, Time } from '#client/system/types.ts';
import { type Columns, columns } from '#view/columns.ts';

function momentText(time: Time | undefined, now: bigint): string {
  const ns = time === undefined ? undefined : tryParseRfc3339(time);
  return ns === undefined ? (time ?? '') : `${formatDateTime(ns)} (${humanDuration(now - ns)} ago)`;
}

/** An account's facts, sections only for what it has. `now` in unix nanoseconds. */
export function accountReport(info: AccountInfo, now: bigint): Columns {
  const report = columns(`Account information for account ${info.account_name}`);
  report.section('Details');
  report.row('Complete', info.complete);
  report.row('Expired', info.expired);
  report.row('System Account', info.is_system === true);
  report.row('Updated', momentText(info.update_time, now));
  report.row('JetStream', info.jetstream_enabled);
  report.rowIfNotEmpty('Issuer', info.issuer_key ?? '');
  report.rowIfNotEmpty('Tag', info.name_tag ?? '');
  report.rowIf('Tags', info.tags ?? [], (info.tags ?? []).length > 0);
  addMappings(report, info);
  addAll(report, 'Imports', info.imports ?? [], addImport);
  addAll(report, 'Exports', info.exports ?? [], addExport);
  addAll(report, 'Responses', Object.values(info.responses ?? {}), addImport);
  const revoked = Object.entries(info.revoked_user ?? {});
  if (revoked.length > 0) {
    report.section('Revoked Users');
    for (const [key, time] of revoked) report.row(key, momentText(time, now));
  }
  return report;
}

function addAll<T>(report: Columns, title: string, items: readonly T[], add: (report: Columns, item: T) => void): void {
  if (items.length === 0) return;
  report.section(title);
  for (const item of items) add(report, item);
}

function addMappings(report: Columns, info: AccountInfo): void {
  const mappings = Object.entries(info.mappings ?? {});
  if (mappings.length === 0) return;
  report.section('Mappings');
  for (const [subject, destinations] of mappings) {
    report.indent(2).line(subject).indent(4);
    for (const { subject: to, cluster, weight } of destinations) {
      const parts = [to];
      if (cluster) parts.push(`in cluster ${cluster}`);
      if (weight !== 100) parts.push(`with weight ${weight}`);
      report.row('Destination', parts);
    }
    report.indent(0).line();
  }
}

/** Types are numbers in some servers' answers: streams are 1, services 2. */
function typeText(type: string | number | undefined): string {
  if (typeof type === 'string') return type;
  return type === 1 ? 'stream' : type === 2 ? 'service' : 'unknown';
}

function addImport(report: Columns, item: AccountImport): void {
  const local = item.local_subject || item.subject || '';
  if (local === '') return;
  const origin = item.subject === local ? '' : (item.subject ?? '');
  const parts = [local];
  if (origin) parts.push(`from subject ${origin}`);
  if (item.account) parts.push(`${origin ? 'in' : 'from'} account ${item.account}`);
  report.rowIf('Invalid', true, item.invalid === true);
  report.row('Subject', parts.join(' '));
  report.row('Type', typeText(item.type));
  report.rowIfNotEmpty('Name', item.name ?? '');
  report.row('Sharing', item.share === true);
  report.row('Tracking', item.tracking === true);
  report.line();
}

function addExport(report: Columns, item: AccountExport): void {
  report.row('Subject', item.subject ?? '');
  report.row('Type', typeText(item.type));
  report.row('Tokens Required', item.token_req === true);
  report.row('Response Type', item.response_type ?? '');
  const threshold = BigInt(item.response_threshold ?? 0);
  report.rowIf('Response Threshold', humanDuration(threshold), threshold > 0n);
  report.rowIfNotEmpty('Description', item.description ?? '');
  report.rowIfNotEmpty('Info URL', item.info_url ?? '');
  report.rowIfNotEmpty('Name', item.name ?? '');
  report.rowIf('Account Token Pos', item.account_token_position ?? 0, (item.account_token_position ?? 0) > 0);
  addKeys(report, 'Accounts', item.approved_accounts ?? []);
  addKeys(report, 'Revocations', Object.keys(item.revocations ?? {}));
  report.line();
}

function addKeys(report: Columns, label: string, keys: readonly string[]): void {
  if (keys.length === 0) return;
  report.row(label, keys.length > 20 ? `Rendering 20/${keys.length} use --json for the full list` : '');
  for (const key of keys.slice(0, 20)) report.row('', key);
}
