// The general state of a server.
import {
  bool,
  every,
  i64,
  int,
  type JsonSchema,
  list,
  map,
  num,
  object,
  shape,
  str,
  time,
  writeTimeout,
} from './build.ts';

const clusterOptsVarz: JsonSchema = shape('', {
  ...every(str, 'name addr tls_cert_not_after'),
  cluster_port: int,
  pool_size: int,
  auth_timeout: num,
  tls_timeout: num,
  urls: list(str),
  tls_required: bool,
  tls_verify: bool,
  write_deadline: i64,
  write_timeout: writeTimeout,
});

const remoteGatewayOptsVarz: JsonSchema = shape('name', { name: str, tls_timeout: num, urls: list(str) });

const gatewayOptsVarz: JsonSchema = shape('', {
  ...every(str, 'name host advertise tls_cert_not_after'),
  port: int,
  connect_retries: int,
  auth_timeout: num,
  tls_timeout: num,
  ...every(bool, 'tls_required tls_verify reject_unknown'),
  gateways: list(remoteGatewayOptsVarz),
  write_deadline: i64,
  write_timeout: writeTimeout,
});

const denyRules: JsonSchema = shape('', { exports: list(str), imports: list(str) });

const remoteLeafOptsVarz: JsonSchema = shape('', {
  local_account: str,
  tls_timeout: num,
  urls: list(str),
  deny: denyRules,
  tls_ocsp_peer_verify: bool,
});

const leafnodeOptsVarz: JsonSchema = shape('', {
  host: str,
  tls_cert_not_after: str,
  port: int,
  auth_timeout: num,
  tls_timeout: num,
  ...every(bool, 'tls_required tls_verify tls_ocsp_peer_verify'),
  remotes: list(remoteLeafOptsVarz),
  write_deadline: i64,
  write_timeout: writeTimeout,
});

const mqttOptsVarz: JsonSchema = shape('', {
  ...every(str, 'host no_auth_user js_domain tls_cert_not_after'),
  port: int,
  max_ack_pending: int,
  auth_timeout: num,
  tls_timeout: num,
  tls_map: bool,
  tls_ocsp_peer_verify: bool,
  tls_pinned_certs: list(str),
  ack_wait: i64,
});

const websocketOptsVarz: JsonSchema = shape('', {
  ...every(str, 'host advertise no_auth_user jwt_cookie tls_cert_not_after'),
  port: int,
  handshake_timeout: i64,
  auth_timeout: num,
  ...every(bool, 'no_tls tls_map same_origin compression tls_ocsp_peer_verify'),
  tls_pinned_certs: list(str),
  allowed_origins: list(str),
});

const jetstreamConfig: JsonSchema = shape('', {
  max_memory: int,
  max_storage: int,
  ...every(str, 'store_dir domain unique_tag'),
  sync_interval: i64,
  ...every(bool, 'sync_always compress_ok strict'),
});

const jetstreamApiStats: JsonSchema = shape('', every(int, 'level total errors inflight'));

const jetstreamStats: JsonSchema = shape('', {
  ...every(int, 'memory storage reserved_memory reserved_storage accounts ha_assets'),
  api: jetstreamApiStats,
});

const peerInfo: JsonSchema = shape('name current active peer', {
  name: str,
  peer: str,
  current: bool,
  offline: bool,
  active: i64,
  lag: int,
});

const metaSnapshotStats: JsonSchema = shape('', {
  ...every(i64, 'pending_entries pending_size last_duration'),
  last_time: time,
});

const metaClusterInfo: JsonSchema = shape('cluster_size pending', {
  ...every(str, 'name leader peer'),
  replicas: list(peerInfo),
  ...every(int, 'cluster_size pending pending_requests pending_infos'),
  snapshot: metaSnapshotStats,
});

const jsLimitOpts: JsonSchema = shape('', {
  ...every(
    int,
    'max_request_batch max_ack_pending max_ha_assets max_batch_inflight_per_stream max_batch_inflight_total max_batch_size',
  ),
  max_duplicate_window: i64,
  max_batch_timeout: i64,
});

const jetstreamVarz: JsonSchema = shape('', {
  config: jetstreamConfig,
  stats: jetstreamStats,
  meta: metaClusterInfo,
  limits: jsLimitOpts,
});

const ocspResponseCacheVarz: JsonSchema = shape('', {
  cache_type: str,
  ...every(
    int,
    'cache_hits cache_misses cached_responses cached_revoked_responses cached_good_responses cached_unknown_responses',
  ),
});

const staleConnectionStats: JsonSchema = shape('', every(int, 'clients routes gateways leafs'));

const proxyOptsVarz: JsonSchema = shape('', { key: str });

const proxiesOptsVarz: JsonSchema = shape('', { trusted: list(proxyOptsVarz) });

const slowConsumersStats: JsonSchema = shape('', every(int, 'clients routes gateways leafs'));

/** io.nats.server.monitor.v1 */
export const monitor: Readonly<Record<string, JsonSchema>> = {
  varz: shape('', {
    ...every(
      str,
      'server_id server_name version git_commit go host ip http_host http_base_path start now uptime config_load_time config_digest system_account tls_cert_not_after',
    ),
    ...every(
      int,
      'proto port max_subscriptions ping_max http_port https_port max_control_line max_payload max_pending mem cores gomaxprocs gomemlimit connections total_connections routes remotes leafnodes in_msgs in_bytes in_client_msgs in_client_bytes out_msgs out_bytes out_client_msgs out_client_bytes slow_consumers stale_connections stalled_clients subscriptions pinned_account_fails',
    ),
    ...every(bool, 'auth_required tls_required tls_verify tls_ocsp_peer_verify'),
    ...every(list(str), 'connect_urls ws_connect_urls tags trusted_operators_jwt'),
    max_connections: i64,
    write_deadline: i64,
    ...every(num, 'ping_interval auth_timeout tls_timeout cpu'),
    cluster: clusterOptsVarz,
    gateway: gatewayOptsVarz,
    leaf: leafnodeOptsVarz,
    mqtt: mqttOptsVarz,
    websocket: websocketOptsVarz,
    jetstream: jetstreamVarz,
    write_timeout: writeTimeout,
    http_req_stats: map(int),
    metadata: map(str),
    feature_flags: map(bool),
    trusted_operators_claim: list(object),
    ocsp_peer_cache: ocspResponseCacheVarz,
    slow_consumer_stats: slowConsumersStats,
    stale_connection_stats: staleConnectionStats,
    proxies: proxiesOptsVarz,
  }),
};
