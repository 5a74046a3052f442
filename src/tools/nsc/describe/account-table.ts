import { humanBytesSI } from '#base/size.ts';
import { type AccountClaims, weightOf } from '#crypto/account.ts';
import { isJetStreamEnabled, type JetStreamLimits } from '#crypto/limits.ts';
import type { Int64 } from '#crypto/shape.ts';
import type { NscRow, NscTable } from '#view/nsc-table.ts';
import { claimRows, limitRow, listRows, permissionRows } from './rows.ts';
import { type AccountNames, exportTables, importTable } from './sharing-tables.ts';
import { scopeTable } from './user-table.ts';

/** All tables of an account, in their order. */
export function accountTables(account: AccountClaims, names: AccountNames): NscTable[] {
  const { nats } = account;
  const scopes = [...nats.signing_keys].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, scope]) => scope ?? []);
  return [
    detailsTable(account),
    ...exportTables(nats.exports),
    ...(nats.imports.length > 0 ? [importTable(nats.imports, names)] : []),
    ...(nats.mappings.size > 0 ? [mappingTable(nats.mappings)] : []),
    ...scopes.map(scopeTable),
  ];
}

function detailsTable(account: AccountClaims): NscTable {
  const { nats } = account;
  const { limits } = nats;
  const word = (value: boolean) => (value ? 'True' : 'False');
  const section = (rows: NscRow[]): NscRow[] => (rows.length > 0 ? [...rows, 'separator'] : []);
  return {
    title: 'Account Details',
    rows: [
      ...claimRows(account),
      'separator',
      ...section(infoRows(account)),
      ...section(listRows('Signing Keys', [...nats.signing_keys.keys()].sort())),
      ...section(calloutRows(account)),
      limitRow('Max Connections', limits.conn),
      limits.leaf === 0
        ? ['Max Leaf Node Connections', 'Not Allowed']
        : limitRow('Max Leaf Node Connections', limits.leaf),
      limitRow('Max Data', limits.data, true),
      limitRow('Max Exports', limits.exports),
      limitRow('Max Imports', limits.imports),
      limitRow('Max Msg Payload', limits.payload, true),
      limitRow('Max Subscriptions', limits.subs),
      ['Exports Allows Wildcards', word(limits.wildcards)],
      ['Disallow Bearer Token', word(limits.disallow_bearer)],
      ...permissionRows(nats.default_permissions),
      'separator',
      ...jetStreamRows(account),
      'separator',
      ...(nats.imports.length === 0 ? [['Imports', 'None']] : []),
      ...(nats.exports.length === 0 ? [['Exports', 'None']] : []),
      ...(nats.revocations.size > 0 ? ['separator' as const, ['Revocations', String(nats.revocations.size)]] : []),
      'separator',
      ...traceRows(account),
    ],
  };
}

function infoRows({ nats }: AccountClaims): NscRow[] {
  return [
    ...(nats.description ? [['Description', nats.description.replaceAll('\n', ' ')]] : []),
    ...(nats.info_url ? [['Info Url', nats.info_url]] : []),
  ];
}

function calloutRows({ nats: { authorization: callout } }: AccountClaims): NscRow[] {
  if (callout.auth_users.length === 0) return [];
  return [
    ...listRows('Auth Callout Users', callout.auth_users),
    ...listRows('Allowed Accounts', callout.allowed_accounts),
    ...(callout.xkey ? [['Encrypt For', callout.xkey]] : []),
  ];
}

function jetStreamRows({ nats: { limits } }: AccountClaims): NscRow[] {
  if (!isJetStreamEnabled(limits)) return [['Jetstream', 'Disabled']];
  if (limits.tiered_limits.size === 0) return [['Jetstream', 'Enabled'], ...tierRows(limits)];
  return [...limits.tiered_limits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([tier, held], i) => [
      ...(i > 0 ? ['separator' as const] : []),
      ['Jetstream Tier', tier],
      ...tierRows(held),
    ]);
}

function tierRows(limits: JetStreamLimits): NscRow[] {
  const storage = (label: string, bytes: Int64): NscRow => {
    if (bytes === 0) return [label, 'Disabled'];
    return [label, bytes > 0 ? humanBytesSI(bytes) : 'Unlimited'];
  };
  const positive = (label: string, limit: Int64, none: string, bytes = false): NscRow =>
    limit > 0 ? limitRow(label, limit, bytes) : [label, none];
  return [
    storage('Max Disk Storage', limits.disk_storage),
    storage('Max Mem Storage', limits.mem_storage),
    positive('Max Streams', limits.streams, 'Unlimited'),
    positive('Max Consumers', limits.consumer, 'Unlimited'),
    positive('Max Ack Pending', limits.max_ack_pending, 'Consumer Setting'),
    ['Max Bytes', limits.max_bytes_required ? 'required (Stream setting)' : 'optional (Stream setting)'],
    positive('Max Memory Stream', limits.mem_max_stream_bytes, 'Unlimited', true),
    positive('Max Disk Stream', limits.disk_max_stream_bytes, 'Unlimited', true),
  ];
}

function traceRows({ nats: { trace } }: AccountClaims): NscRow[] {
  if (!trace) return [['Tracing Context', 'Disabled']];
  return [
    ['Tracing Context', 'Enabled'],
    ['Subject', trace.dest],
    ['Sampling', `${trace.sampling === 0 ? 100 : trace.sampling}%`],
  ];
}

function mappingTable(mappings: AccountClaims['nats']['mappings']): NscTable {
  const rows = [...mappings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, targets]): NscRow[] => [
      ...targets.map((to, i) => [i === 0 ? from : '', to.subject, weightOf(to)]),
      ['', '', `sum=${targets.reduce((sum, to) => sum + weightOf(to), 0)}`],
    ]);
  return { title: 'Mappings', headers: ['From', 'To', 'Weight (%)'], rows };
}
