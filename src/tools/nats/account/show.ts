// The text of `account info`.
import { humanDuration } from '#base/duration.ts';
import { human } from '#base/human.ts';
import { humanBytes } from '#base/size.ts';
import type { AccountInfo, AccountTier, Int } from '#client/jetstream/types.ts';
import type { TlsFacts } from '#client/types.ts';
import { type Columns, columns } from '#view/columns.ts';
import type { AccountFacts, Permission, UserInfo } from './facts.ts';

/** The whole report. */
export async function accountColumns(facts: AccountFacts): Promise<Columns> {
  const { user, jetStream, problem } = facts;
  const report = columns('Account Information');
  if (user) addUser(report, user, facts.connection.info.acc_is_sys === true);
  await addConnection(report, facts);
  if (user?.permissions) addPermissions(report, user.permissions);
  if (jetStream) addJetStream(report, jetStream, facts.connection.info.max_payload);
  else report.line().line(` ${problem}`);
  return report;
}

function addUser(report: Columns, user: UserInfo, isSystem: boolean): void {
  report.row('User', user.user_name ? `${user.user_name} (${user.user})` : user.user);
  if (user.account_name) {
    report.row('Account', `${user.account_name} (${user.account})`).row('System Account', isSystem);
  } else report.row('Account', user.account);
  report.row('Expires', user.expires ? humanDuration(BigInt(user.expires)) : 'never');
}

async function addConnection(report: Columns, { connection, rtt }: AccountFacts): Promise<void> {
  const { info } = connection;
  const link = connection.linkFacts();
  const ip = info.client_ip ?? '';
  const behind = link?.local && !link.local.replace(/^\[|\]/g, '').startsWith(ip) ? ` (${link.local})` : '';
  report
    .row('Client ID', String(info.client_id ?? 0))
    .row('Client IP', ip + behind)
    .row('RTT', humanDuration(rtt))
    .row('Headers Supported', info.headers === true)
    .row('Maximum Payload', humanBytes(info.max_payload))
    .rowIfNotEmpty('Connected Cluster', info.cluster ?? '')
    .row('Connected URL', connection.serverUrl)
    .row('Connected Address', link?.remote ?? '')
    .row('Connected Server ID', info.server_id)
    .row('Connected Server Version', info.version)
    .rowIf('Connected Server Name', info.server_name, info.server_name !== info.server_id);
  if (link?.tls) await addTls(report, link.tls);
  else report.row('TLS Connection', 'no');
}

async function addTls(report: Columns, tls: TlsFacts): Promise<void> {
  report.row('TLS Version', `${tls.protocol.replace('TLSv', '')} using ${tls.cipher}`);
  // Go leaves out addresses here: they are no names.
  report.row('TLS Server Name', /^[\d.]+$|:/.test(tls.serverName) ? '' : tls.serverName);
  const [leaf] = tls.certificates;
  if (!tls.verified || !leaf) report.row('TLS Verified', 'no');
  else {
    const { readCertificate } = await import('#crypto/x509.ts');
    report.row('TLS Verified', `issuer ${readCertificate(leaf).issuer}`);
  }
}

function addPermissions(report: Columns, permissions: NonNullable<UserInfo['permissions']>): void {
  report.section('Connection Permissions');
  addPermission(report, 'Publish:', permissions.publish);
  report.line();
  addPermission(report, 'Subscribe:', permissions.subscribe);
  report.line();
}

function addPermission(report: Columns, title: string, permission: Permission | undefined): void {
  const { allow = [], deny = [] } = permission ?? {};
  if (allow.length + deny.length === 0) return;
  report.indent(2).line(title);
  if (allow.length > 0) report.list('Allow', allow);
  if (deny.length > 0) report.line().list('Deny', deny);
  report.indent(0);
}

function addJetStream(report: Columns, info: AccountInfo, maxPayload: number): void {
  const domain = info.domain ?? '';
  report
    .section(`JetStream Account Information${domain ? ` for domain ${domain}` : ''}`)
    .section('Account Usage')
    .rowIfNotEmpty('Domain', domain)
    .row('Storage', humanBytes(info.storage))
    .row('Memory', humanBytes(info.memory))
    .row('Streams', info.streams)
    .row('Consumers', info.consumers)
    .section('Account Limits')
    .row('Max Message Payload', humanBytes(maxPayload));
  const tiers = Object.entries(info.tiers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (tiers.length === 0) addTier(report, 'Default', info);
  for (const [name, tier] of tiers) addTier(report, name, tier);
}

function addTier(report: Columns, name: string, tier: AccountTier): void {
  const { limits } = tier;
  const ofLimit = (used: Int, most: Int, reserved: Int | undefined) =>
    `${humanBytes(used)} of ${bound(most, -1)} ${reserved ? `(${humanBytes(reserved)} reserved)` : ''}`;
  report
    .indent(2)
    .section(`Tier: ${name}`)
    .indent(6)
    .section('Configuration Requirements')
    .row('Stream Requires Max Bytes Set', limits.max_bytes_required === true)
    .row('Consumer Maximum Ack Pending', limits.max_ack_pending > 0 ? limits.max_ack_pending : 'Unlimited')
    .section('Stream Resource Usage Limits')
    .row('Memory', ofLimit(tier.memory, limits.max_memory, tier.reserved_memory))
    .row('Memory Per Stream', bound(limits.memory_max_stream_bytes, 0))
    .row('Storage', ofLimit(tier.storage, limits.max_storage, tier.reserved_storage))
    .row('Storage Per Stream', bound(limits.storage_max_stream_bytes, 0))
    .row('Streams', `${human(tier.streams)} of ${limits.max_streams === -1 ? 'Unlimited' : human(limits.max_streams)}`)
    .row('Consumers', limits.max_consumers === -1 ? 'Unlimited' : `Maximum ${human(limits.max_consumers)} per stream`)
    .indent(0);
}

/** Bytes; `Unlimited` for everything up to `none`. */
function bound(value: Int | undefined, none: number): string {
  return value === undefined || BigInt(value) <= BigInt(none) ? 'Unlimited' : humanBytes(value);
}
