// An account as data and as a report.

import { parseJson } from '#base/json64.ts';
import { humanBytes } from '#base/size.ts';
import { formatDateTime, formatRfc3339, fromSeconds } from '#base/time.ts';
import { any, arr, bool, int, type OutputSpec, obj, recordOf, str, time } from '#cli/schema.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { isJetStreamEnabled, isJetStreamUnlimited, type JetStreamLimits, operatorLimitsShape } from '#crypto/limits.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';
import { documentSchema } from '../document.ts';
import type { AccountAt } from '../pick.ts';
import type { Outcome } from '../session.ts';

export const accountSchema = obj({
  name: str,
  subject: str,
  issuer: str,
  'operator?': str,
  'system_account?': bool,
  tags: arr(str),
  jetstream: bool,
  'expires?': time,
  users: int,
  revocations: int,
  service_exports: int,
  stream_exports: int,
  service_imports: int,
  stream_imports: int,
  cluster_traffic: str,
  limits: any,
});
export const accountOutput: OutputSpec = recordOf(accountSchema);
/** With --json: the account with all its seeds. */
export const accountInfoOutput: OutputSpec = recordOf({ anyOf: [accountSchema, documentSchema] });

const ofType = (list: readonly { readonly type: string }[], type: string) =>
  list.filter((one) => one.type === type).length;

/** An account without its secrets. `operator` is left out for one that came from a server. */
export function accountModel(name: string, claims: AccountClaims, users: number, operator?: AccountAt['operator']) {
  const { nats } = claims;
  return {
    name,
    subject: claims.sub,
    issuer: claims.iss,
    ...(operator
      ? { operator: operator.name, system_account: operator.claims.nats.system_account === claims.sub }
      : {}),
    tags: nats.tags,
    jetstream: isJetStreamEnabled(nats.limits),
    ...(claims.exp > 0 ? { expires: formatRfc3339(fromSeconds(Number(claims.exp))) } : {}),
    users,
    revocations: nats.revocations.size,
    service_exports: ofType(nats.exports, 'service'),
    stream_exports: ofType(nats.exports, 'stream'),
    service_imports: ofType(nats.imports, 'service'),
    stream_imports: ofType(nats.imports, 'stream'),
    cluster_traffic: nats.cluster_traffic || 'system',
    limits: parseJson(operatorLimitsShape.write(nats.limits)),
  };
}

export type AccountModel = ReturnType<typeof accountModel>;

/** The model of an account of the store. */
export async function storedModel({ name, claims, operator }: AccountAt): Promise<AccountModel> {
  return accountModel(name, claims, (await operator.store.users(name)).length, operator);
}

export async function accountText(runtime: Runtime, model: AccountModel, claims: AccountClaims): Promise<string> {
  const { nats } = claims;
  const report = columns(`Account ${model.name} (${model.subject})`)
    .section('Configuration')
    .row('Name', model.name)
    .row('Issuer', model.issuer);
  if (model.operator !== undefined) {
    report.row('Operator', model.operator).row('System Account', model.system_account === true);
  }
  report
    .list('Tags', model.tags)
    .row('JetStream', model.jetstream)
    .rowIf('Expiry', formatDateTime(fromSeconds(Number(claims.exp))), claims.exp > 0)
    .row('Users', model.users)
    .row('Revocations', model.revocations)
    .row('Service Exports', model.service_exports)
    .row('Stream Exports', model.stream_exports)
    .row('Service Imports', model.service_imports)
    .row('Stream Imports', model.stream_imports);
  addLimits(report, nats);
  if (model.jetstream) addJetStream(report, nats, model.cluster_traffic);
  return `${await columnsText(runtime, report)}\n`;
}

function addLimits(report: Columns, { limits }: AccountClaims['nats']): void {
  report
    .section('Limits')
    .row('Bearer Tokens Allowed', !limits.disallow_bearer)
    .rowUnlimited('Subscriptions', limits.subs)
    .rowUnlimited('Connections', limits.conn)
    .row('Maximum Payload', limits.payload > 0 ? humanBytes(limits.payload) : 'unlimited')
    .rowIf('Data', limits.data, limits.data > 0)
    .rowUnlimited('Leafnodes', limits.leaf)
    .rowUnlimited('Imports', limits.imports)
    .rowUnlimited('Exports', limits.exports);
}

function addJetStream(report: Columns, { limits }: AccountClaims['nats'], traffic: string): void {
  report.indent(2).section('JetStream Settings').row('Cluster Traffic', traffic).indent(4);
  const tiers = [...limits.tiered_limits].sort(([a], [b]) => (a < b ? -1 : 1));
  if (tiers.length === 0) addTier(report, 'Account Default Limits', limits);
  for (const [tier, held] of tiers) addTier(report, `Tier ${tier.replace(/^R/, '')}`, held);
  report.indent(0);
}

const size = (bytes: number | bigint) => (bytes < 0 ? 'unlimited' : humanBytes(bytes));

function addTier(report: Columns, title: string, limits: JetStreamLimits): void {
  report.section(title);
  if (isJetStreamUnlimited(limits)) {
    report.indent(6).line('Unlimited').indent(4);
    return;
  }
  report
    .rowUnlimited('Max Ack Pending', limits.max_ack_pending, 0)
    .rowUnlimited('Maximum Streams', limits.streams)
    .rowUnlimited('Max Consumers Per Stream', limits.consumer)
    .row('Max Stream Size Required', limits.max_bytes_required)
    .row('Max File Storage', size(limits.disk_storage))
    .rowIf('Max File Storage Stream Size', size(limits.disk_max_stream_bytes), limits.disk_max_stream_bytes > 0)
    .row('Max Memory Storage', size(limits.mem_storage))
    .rowIf('Max Memory Storage Stream Size', size(limits.mem_max_stream_bytes), limits.mem_max_stream_bytes > 0);
}

/** What a change of an account shows: the account. */
export async function accountOutcome(runtime: Runtime, account: AccountAt): Promise<Outcome> {
  const data = await storedModel(account);
  return { data, text: () => accountText(runtime, data, account.claims) };
}
