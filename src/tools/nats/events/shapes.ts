// The members of each kind of event, in the order in which Go tools write them, and what stands for one that is missing.

/** How a member is filled in when it is missing, or the members of an object. */
type Filled = string | number | boolean | null | Shape;
/** Members by key; those whose key ends in `?` are left out when they are empty. */
export interface Shape {
  readonly [key: string]: Filled;
}

const noTime = '0001-01-01T00:00:00Z';
const traffic: Shape = { msgs: 0, bytes: 0 };
const traffics: Shape = { ...traffic, 'gateways?': null, 'routes?': null, 'leafs?': null };
const client: Shape = {
  ...{ 'start?': '', 'host?': '', 'id?': 0, 'acc?': '', 'svc?': '', 'user?': '', 'name?': '', 'lang?': '', 'ver?': '' },
  ...{ 'rtt?': 0, 'server?': '', 'cluster?': '', 'alts?': null, 'stop?': '', 'jwt?': '', 'issuer_key?': '' },
  ...{ 'name_tag?': '', 'tags?': null, 'kind?': '', 'client_type?': '', 'client_id?': '', 'nonce?': '' },
};
const server: Shape = {
  ...{ name: '', host: '', id: '', 'cluster?': '', 'domain?': '', ver: '', 'tags?': null, 'metadata?': null },
  ...{ jetstream: false, flags: 0, seq: 0, time: noTime },
};
const consumer: Shape = { stream: '', consumer: '' };
const delivery: Shape = { ...consumer, consumer_seq: 0, stream_seq: 0, deliveries: 0 };
const group: Shape = { 'account?': '', ...consumer, 'domain?': '', group: '' };
const span: Shape = { stream: '', start: noTime, end: noTime };

const js = 'io.nats.jetstream.advisory.v1.';
const srv = 'io.nats.server.advisory.v1.';

/** What follows `type`, `id` and `timestamp`, by the type of the event. */
export const shapes: Readonly<Record<string, Shape>> = {
  [`${js}api_audit`]: { server: '', client, subject: '', 'request?': '', response: '' },
  [`${js}api_limit_reached`]: { server: '', 'domain?': '', dropped: 0 },
  [`${js}consumer_action`]: { ...consumer, action: '' },
  [`${js}consumer_group_pinned`]: { ...group, pinned_id: '' },
  [`${js}consumer_group_unpinned`]: { ...group, reason: '' },
  [`${js}consumer_leader_elected`]: { ...consumer, leader: '', replicas: null },
  [`${js}consumer_pause`]: { ...consumer, paused: false, pause_until: noTime, 'domain?': '' },
  [`${js}consumer_quorum_lost`]: { ...consumer, replicas: null },
  [`${js}domain_leader_elected`]: { leader: '', cluster: '', 'domain?': '', replicas: null },
  [`${js}max_deliver`]: { ...consumer, stream_seq: 0, deliveries: 0 },
  [`${js}nak`]: { ...delivery, 'domain?': '' },
  [`${js}restore_complete`]: { ...span, bytes: 0, client },
  [`${js}restore_create`]: { stream: '', client },
  [`${js}server_out_of_space`]: { server: '', server_id: '', 'stream?': '', cluster: '' },
  [`${js}server_removed`]: { server: '', server_id: '', cluster: '', 'domain?': '' },
  [`${js}snapshot_complete`]: { ...span, client },
  [`${js}snapshot_create`]: { stream: '', blocks: 0, block_size: 0, client },
  [`${js}stream_action`]: { stream: '', action: '', 'template?': '' },
  [`${js}stream_batch_abandoned`]: { 'account?': '', 'domain?': '', stream: '', batch: '', reason: '' },
  [`${js}stream_leader_elected`]: { stream: '', leader: '', replicas: null },
  [`${js}stream_quorum_lost`]: { stream: '', replicas: null },
  [`${js}terminated`]: { ...delivery, 'reason?': '', 'domain?': '' },
  'io.nats.jetstream.metric.v1.consumer_ack': {
    ...{ stream: '', consumer: '', consumer_seq: 0, stream_seq: 0, ack_time: 0, deliveries: 0 },
  },
  [`${srv}account_connections`]: {
    ...{ server, acc: '', conns: 0, leafnodes: 0, total_conns: 0, sent: traffics, received: traffics },
    slow_consumers: 0,
  },
  [`${srv}client_connect`]: { server, client },
  [`${srv}client_disconnect`]: { server, client, sent: traffics, received: traffics, reason: '' },
  'io.nats.server.metric.v1.service_latency': {
    ...{ status: 0, 'description?': '', requestor: client, responder: client, 'header?': null, start: noTime },
    ...{ service: 0, system: 0, total: 0 },
  },
};

/** Members of one replica, as leader elections list them. */
export const replica: Shape = { name: '', current: false, active: 0 };

/** The members an event has of its shape, in its order; all others are left out. */
export function shaped(event: Readonly<Record<string, unknown>>, shape: Shape): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, empty] of Object.entries(shape)) {
    const isOptional = name.endsWith('?');
    const key = isOptional ? name.slice(0, -1) : name;
    const value = event[key];
    if (isOptional && isEmpty(value)) continue;
    if (empty !== null && typeof empty === 'object') {
      out[key] = shaped((value ?? {}) as Record<string, unknown>, empty);
    } else if (key === 'replicas' && Array.isArray(value)) {
      out[key] = value.map((item) => shaped(item as Record<string, unknown>, replica));
    } else out[key] = value ?? empty;
  }
  return out;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === 0n || value === false)
    return true;
  return Array.isArray(value) && value.length === 0;
}

/** The whole shape of a type: its own members after those all events have. */
export function shapeOf(type: string): Shape | undefined {
  const own = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  return own && { type: '', id: '', timestamp: noTime, ...own };
}
