// Advisories and metrics of JetStream and of servers.
import {
  advisory,
  bool,
  closed,
  count,
  every,
  filled,
  int,
  type JsonSchema,
  list,
  num,
  object,
  oneOf,
  positive,
  sequence,
  str,
} from './build.ts';
import { peerInfo } from './jetstream.ts';

const clientInfo: JsonSchema = closed('acc', {
  ...every(
    str,
    'start stop host acc svc user name lang ver server cluster jwt issuer_key name_tag kind client_type client_id nonce',
  ),
  id: num,
  rtt: num,
  alts: list(str),
  tags: list(str),
});

const msgBytes: JsonSchema = closed('', { msgs: int, bytes: int });

const datastats: JsonSchema = closed('', { msgs: int, bytes: int, ...every(msgBytes, 'gateways routes leafs') });

const serverInfo: JsonSchema = closed('name host id ver seq jetstream time', {
  name: filled,
  ...every(str, 'host id cluster domain ver time'),
  tags: list(str),
  metadata: object,
  seq: int,
  jetstream: bool,
  flags: num,
});

/** io.nats.jetstream.advisory.v1 */
export const advisories: Readonly<Record<string, JsonSchema>> = {
  api_audit: advisory('server client subject response', {
    response: str,
    request: str,
    server: filled,
    subject: filled,
    client: clientInfo,
  }),
  consumer_action: advisory('stream action', { stream: str, consumer: str, action: oneOf('create', 'delete') }),
  consumer_group_pinned: advisory('server stream consumer group pinned_id', {
    ...every(str, 'account stream consumer group pinned_id'),
    domain: filled,
  }),
  consumer_group_unpinned: advisory('server stream consumer group reason', {
    ...every(str, 'account stream consumer group'),
    domain: filled,
    reason: oneOf('admin', 'timeout'),
  }),
  consumer_leader_elected: advisory('stream consumer leader replicas', {
    ...every(str, 'stream consumer leader'),
    replicas: peerInfo,
  }),
  consumer_pause: advisory('stream consumer paused', {
    ...every(str, 'stream consumer pause_until domain'),
    paused: bool,
  }),
  consumer_quorum_lost: advisory('stream consumer replicas', { stream: str, consumer: str, replicas: peerInfo }),
  domain_leader_elected: advisory('leader replicas cluster', {
    ...every(str, 'leader cluster domain'),
    replicas: peerInfo,
  }),
  max_deliver: advisory('stream consumer stream_seq deliveries', {
    stream: str,
    consumer: str,
    stream_seq: sequence,
    deliveries: positive,
  }),
  nak: advisory('stream consumer consumer_seq stream_seq deliveries', {
    ...every(str, 'stream consumer consumer_seq domain'),
    stream_seq: sequence,
    deliveries: positive,
  }),
  restore_complete: advisory('stream start end bytes client', {
    ...every(str, 'stream start end'),
    bytes: count,
    client: clientInfo,
  }),
  restore_create: advisory('stream client', { stream: str, client: clientInfo }),
  server_out_of_space: advisory('server server_id', every(str, 'stream server server_id cluster')),
  server_removed: advisory('server server_id cluster', every(str, 'server server_id cluster domain')),
  snapshot_complete: advisory('stream start end client', { ...every(str, 'stream start end'), client: clientInfo }),
  snapshot_create: advisory('stream blocks block_size client', {
    stream: str,
    blocks: count,
    block_size: positive,
    client: clientInfo,
  }),
  stream_action: advisory('stream action', { stream: str, template: str, action: oneOf('create', 'delete', 'modify') }),
  stream_batch_abandoned: advisory('stream batch reason', {
    ...every(str, 'stream batch account domain'),
    reason: oneOf('timeout', 'large', 'incomplete'),
  }),
  stream_leader_elected: advisory('stream leader replicas', { stream: str, leader: str, replicas: peerInfo }),
  stream_quorum_lost: advisory('stream replicas', { stream: str, replicas: peerInfo }),
  terminated: advisory('stream consumer consumer_seq stream_seq deliveries', {
    ...every(str, 'stream consumer consumer_seq domain reason'),
    stream_seq: sequence,
    deliveries: positive,
  }),
};

/** io.nats.jetstream.metric.v1 */
export const metrics: Readonly<Record<string, JsonSchema>> = {
  consumer_ack: advisory('stream consumer stream_seq consumer_seq ack_time deliveries', {
    stream: str,
    consumer: str,
    stream_seq: sequence,
    ...every(positive, 'consumer_seq ack_time deliveries'),
  }),
};

/** io.nats.server.advisory.v1 */
export const serverAdvisories: Readonly<Record<string, JsonSchema>> = {
  account_connections: advisory('server acc conns leafnodes total_conns', {
    acc: str,
    server: serverInfo,
    ...every(count, 'conns leafnodes total_conns slow_consumers'),
    sent: datastats,
    received: datastats,
  }),
  client_connect: advisory('server client', { server: serverInfo, client: clientInfo }),
  client_disconnect: advisory('server client sent received reason', {
    reason: str,
    server: serverInfo,
    client: clientInfo,
    sent: datastats,
    received: datastats,
  }),
};

/** io.nats.server.metric.v1 */
export const serverMetrics: Readonly<Record<string, JsonSchema>> = {
  service_latency: advisory('status start service system total', {
    requestor: clientInfo,
    responder: clientInfo,
    header: { ...object, patternProperties: { '.+': list(str) } },
    status: { ...int, enum: [200, 400, 408, 503, 504] },
    error: str,
    start: str,
    service: int,
    system: int,
    total: int,
  }),
};
