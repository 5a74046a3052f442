// What each message is, in one sentence.

const things: Readonly<Record<string, string>> = {
  'advisory.api_audit': 'A request to the JetStream API, and what was answered',
  'advisory.consumer_action': 'A consumer was made or removed',
  'advisory.consumer_group_pinned': 'A client is now the pinned one of a priority group',
  'advisory.consumer_group_unpinned': 'A priority group has lost its pinned client',
  'advisory.consumer_leader_elected': 'A consumer has a new leader',
  'advisory.consumer_pause': 'A consumer was paused or goes on',
  'advisory.consumer_quorum_lost': 'Too few replicas of a consumer are up to agree',
  'advisory.domain_leader_elected': 'JetStream has a new meta leader',
  'advisory.max_deliver': 'A message was delivered as often as its consumer allows, and never acknowledged',
  'advisory.nak': 'A client refused a message for now',
  'advisory.restore_complete': 'A stream has been restored',
  'advisory.restore_create': 'A restore has begun',
  'advisory.server_out_of_space': 'A server has no space left for JetStream',
  'advisory.server_removed': 'A server was taken out of the JetStream cluster',
  'advisory.snapshot_complete': 'A snapshot of a stream is finished',
  'advisory.snapshot_create': 'A snapshot of a stream has begun',
  'advisory.stream_action': 'A stream was made, changed or removed',
  'advisory.stream_batch_abandoned': 'An atomic batch was given up',
  'advisory.stream_leader_elected': 'A stream has a new leader',
  'advisory.stream_quorum_lost': 'Too few replicas of a stream are up to agree',
  'advisory.terminated': 'A client said that a message must not be delivered again',
  'advisory.account_connections': 'How many connections an account has on a server',
  'advisory.client_connect': 'A client has connected',
  'advisory.client_disconnect': 'A client has gone, and why',
  'metric.consumer_ack': 'How long a client took to acknowledge a sampled message',
  'metric.service_latency': 'How long a sampled request to an exported service took, and where',
  'api.consumer_configuration': 'The settings of a consumer',
  'api.stream_configuration': 'The settings of a stream',
  'api.pub_ack_response': 'The acknowledgement of a published message',
  'micro.info_response': 'What a service says about itself',
  'micro.ping_response': 'Sign of life of a service',
  'micro.stats_response': 'What the endpoints of a service have done',
  'monitor.varz': 'State and settings of a server, as /varz gives them',
};

const verbs: Readonly<Record<string, string>> = {
  account_info: 'about use and limits of an account',
  account_purge: 'to remove all streams and consumers of an account',
  consumer_create: 'to make or change a consumer',
  consumer_delete: 'to remove a consumer',
  consumer_getnext: 'for the next messages of a pull consumer',
  consumer_info: 'about settings and state of a consumer',
  consumer_leader_stepdown: 'to let the leader of a consumer step down',
  consumer_list: 'about all consumers of a stream',
  consumer_names: 'for the names of the consumers of a stream',
  consumer_pause: 'to pause a consumer or let it go on',
  consumer_reset: 'to start a consumer again from another sequence',
  consumer_unpin: 'to free the pinned client of a priority group',
  meta_leader_stepdown: 'to let the meta leader step down',
  meta_server_remove: 'to take a server out of the JetStream cluster',
  stream_create: 'to make a stream',
  stream_delete: 'to remove a stream',
  stream_info: 'about settings and state of a stream',
  stream_leader_stepdown: 'to let the leader of a stream step down',
  stream_list: 'about all streams',
  stream_msg_delete: 'to delete a message of a stream',
  stream_msg_get: 'for stored messages of a stream',
  stream_names: 'for the names of streams',
  stream_purge: 'to delete many messages of a stream',
  stream_remove_peer: 'to take a server out of the replicas of a stream',
  stream_restore: 'to bring back a stream from a backup',
  stream_snapshot: 'to save a stream',
  stream_update: 'to change the settings of a stream',
};

/** A sentence about a schema; for `io.nats.jetstream.api.v1.stream_info_request` it starts with "A request". */
export function describe(name: string): string {
  const [, family = '', , last = ''] = /^io\.nats\.(?:jetstream\.|server\.)?(\w+)\.(v1)\.(\w+)$/.exec(name) ?? [];
  const thing = things[`${family}.${last}`];
  if (thing) return thing;
  const [, verb = '', side] = /^(.+)_(request|response)$/.exec(last) ?? [];
  return `${side === 'request' ? 'A request' : 'The answer to a request'} ${verbs[verb] ?? ''}`.trimEnd();
}
