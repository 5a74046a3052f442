// What a user may do, as data and as a report: of a user itself, or of the role its signing key stands for.
import { formatDuration } from '#base/duration.ts';
import { arr, bool, int, obj, str } from '#cli/schema.ts';
import type { UserPermissionLimits } from '#crypto/permissions.ts';
import type { Columns } from '#view/columns.ts';

const lists = obj({ allow: arr(str), deny: arr(str) });
export const permitFields = {
  publish: lists,
  subscribe: lists,
  'responses?': obj({ max: int, ttl: str }),
  locale: str,
  bearer_token: bool,
  max_payload: int,
  max_data: int,
  max_subscriptions: int,
  connection_types: arr(str),
  connection_sources: arr(str),
  connection_times: arr(obj({ start: str, end: str })),
};

export function permitModel(held: UserPermissionLimits) {
  const { resp } = held;
  return {
    publish: { allow: [...held.pub.allow], deny: [...held.pub.deny] },
    subscribe: { allow: [...held.sub.allow], deny: [...held.sub.deny] },
    ...(resp ? { responses: { max: resp.max, ttl: formatDuration(resp.ttl) } } : {}),
    locale: held.times_location,
    bearer_token: held.bearer_token,
    max_payload: held.payload,
    max_data: held.data,
    max_subscriptions: held.subs,
    connection_types: [...held.allowed_connection_types],
    connection_sources: [...held.src],
    connection_times: held.times.map(({ start, end }) => ({ start, end })),
  };
}

export type Permits = ReturnType<typeof permitModel>;

/** Adds what a user may do to its report. */
export function addPermits(report: Columns, permits: Permits): Columns {
  report
    .rowIfNotEmpty('Locale', permits.locale)
    .row('Bearer Token', permits.bearer_token)
    .section('Limits')
    .rowUnlimited('Max Payload', permits.max_payload)
    .rowUnlimited('Max Data', permits.max_data)
    .rowUnlimited('Max Subscriptions', permits.max_subscriptions)
    .rowIfNotEmpty('Connection Types', permits.connection_types.join(', '))
    .rowIfNotEmpty('Connection Sources', permits.connection_sources.join(', '))
    .list(
      'Connection Times',
      permits.connection_times.map(({ start, end }) => `${start} to ${end}`),
    )
    .section('Permissions')
    .indent(2);
  addSubjects(report.section('Publish'), permits.publish);
  addSubjects(report.section('Subscribe'), permits.subscribe);
  const { responses } = permits;
  if (responses) report.section('Responses').row('Messages', responses.max).row('Time', responses.ttl);
  return report.indent(0);
}

function addSubjects(report: Columns, { allow, deny }: Permits['publish']): void {
  if (allow.length + deny.length === 0) report.line('No permissions defined');
  report.list('Allow', allow).list('Deny', deny);
}

/** The subjects of a permission flag; a single empty one clears the list. */
export function subjects(given: readonly string[]): string[] {
  return given.filter((subject) => subject !== '');
}
