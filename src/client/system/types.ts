// What servers answer on the system account; only the fields the tools read are named, the rest passes through.
import type { ClusterInfo, ConsumerConfig, Int, StreamConfig, StreamState, Time } from '../jetstream/types.ts';

export type { Int, Time } from '../jetstream/types.ts';

/** Who answers. */
export interface ServerIdentity {
  readonly name: string;
  readonly host: string;
  readonly id: string;
  readonly cluster?: string;
  readonly domain?: string;
  readonly ver: string;
  readonly tags?: readonly string[];
  readonly jetstream?: boolean;
  readonly seq?: Int;
  readonly time: Time;
}

export interface ServerProblem {
  readonly code?: number;
  readonly description?: string;
}

/** One server's answer to a monitoring request. */
export interface Answer<T> {
  readonly server: ServerIdentity;
  readonly data?: T;
  readonly error?: ServerProblem;
}

/** Messages and bytes that went one way. */
export interface Traffic {
  readonly msgs: Int;
  readonly bytes: Int;
}

export interface JetStreamUsage {
  readonly memory: Int;
  readonly storage: Int;
  readonly reserved_memory?: Int;
  readonly reserved_storage?: Int;
  readonly accounts: number;
  readonly ha_assets: number;
  readonly api: { readonly level?: number; readonly total: Int; readonly errors: Int };
}

/** A member of the meta group. Times are nanoseconds. */
export interface MetaPeer {
  readonly name: string;
  readonly current: boolean;
  readonly offline?: boolean;
  readonly active: Int;
  readonly lag?: Int;
  readonly peer?: string;
}

export interface MetaGroup {
  readonly name?: string;
  readonly leader?: string;
  readonly peer?: string;
  readonly replicas?: readonly MetaPeer[] | null;
  readonly cluster_size: number;
  readonly pending?: number;
  readonly pending_requests?: number;
  readonly pending_infos?: number;
  readonly snapshot?: { readonly last_time?: Time; readonly last_duration?: Int };
}

/** `statsz`, also the answer to a plain ping. */
export interface ServerStats {
  readonly start: Time;
  readonly mem: Int;
  readonly cores: number;
  readonly cpu: number;
  readonly connections: number;
  readonly total_connections?: Int;
  readonly active_accounts?: number;
  readonly subscriptions: number;
  readonly sent: Traffic;
  readonly received: Traffic;
  readonly slow_consumers: Int;
  readonly slow_consumer_stats?: Partial<Record<'clients' | 'routes' | 'gateways' | 'leafs', Int>>;
  readonly routes?: readonly { readonly rid: Int; readonly name?: string }[];
  readonly gateways?: readonly { readonly gwid: Int; readonly name: string; readonly inbound_connections: number }[];
  readonly active_servers?: number;
  readonly jetstream?: { readonly stats?: JetStreamUsage; readonly meta?: MetaGroup };
}

export interface StatsAnswer {
  readonly server: ServerIdentity;
  readonly statsz: ServerStats;
}

/** Nanoseconds in the `js` options. */
export interface VarzJetStream {
  readonly config?: {
    readonly max_memory: Int;
    readonly max_storage: Int;
    readonly store_dir?: string;
    readonly sync_interval?: Int;
    readonly sync_always?: boolean;
    readonly domain?: string;
    readonly compress_ok?: boolean;
    readonly unique_tag?: string;
    readonly strict?: boolean;
  };
  readonly stats?: JetStreamUsage;
  readonly meta?: MetaGroup;
  readonly limits?: Readonly<Record<string, Int>>;
}

export interface Varz {
  readonly server_id: string;
  readonly server_name: string;
  readonly version: string;
  readonly git_commit?: string;
  readonly go: string;
  readonly host: string;
  readonly port: number;
  readonly ip?: string;
  readonly auth_required?: boolean;
  readonly tls_required?: boolean;
  readonly connect_urls?: readonly string[];
  readonly ws_connect_urls?: readonly string[];
  readonly max_connections: Int;
  readonly max_subscriptions?: Int;
  readonly max_payload: Int;
  readonly tls_timeout: number;
  /** Nanoseconds. */
  readonly write_deadline: Int;
  readonly start: Time;
  readonly now: Time;
  readonly uptime: string;
  readonly config_load_time: Time;
  readonly config_digest?: string;
  readonly mem: Int;
  readonly cores: number;
  readonly gomaxprocs?: number;
  readonly gomemlimit?: Int;
  readonly cpu: number;
  readonly connections: number;
  readonly total_connections: Int;
  readonly subscriptions: number;
  readonly in_msgs: Int;
  readonly out_msgs: Int;
  readonly in_bytes: Int;
  readonly out_bytes: Int;
  readonly slow_consumers: Int;
  readonly slow_consumer_stats?: ServerStats['slow_consumer_stats'];
  readonly tags?: readonly string[];
  readonly tls_cert_not_after?: Time;
  readonly cluster: {
    readonly name?: string;
    readonly addr?: string;
    readonly cluster_port?: number;
    readonly urls?: readonly string[];
    readonly tls_cert_not_after?: Time;
  };
  readonly gateway: {
    readonly name?: string;
    readonly host?: string;
    readonly port?: number;
    readonly gateways?: readonly { readonly name: string }[];
    readonly tls_cert_not_after?: Time;
  };
  readonly leaf?: { readonly tls_cert_not_after?: Time };
  readonly mqtt?: { readonly tls_cert_not_after?: Time };
  readonly websocket?: { readonly tls_cert_not_after?: Time };
  readonly jetstream?: VarzJetStream;
}

export interface ConnInfo {
  readonly cid: Int;
  readonly kind: string;
  readonly type?: string;
  readonly ip: string;
  readonly port: number;
  readonly start: Time;
  readonly last_activity: Time;
  readonly stop?: Time;
  readonly reason?: string;
  readonly rtt?: string;
  readonly uptime: string;
  readonly idle: string;
  readonly pending_bytes: Int;
  readonly in_msgs: Int;
  readonly out_msgs: Int;
  readonly in_bytes: Int;
  readonly out_bytes: Int;
  readonly subscriptions: number;
  readonly name?: string;
  readonly account?: string;
  readonly mqtt_client?: string;
  readonly subscriptions_list?: readonly string[];
}

export interface Connz {
  readonly num_connections: number;
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly connections: readonly ConnInfo[];
}

export interface RouteInfo {
  readonly rid: Int;
  readonly remote_name?: string;
  readonly account?: string;
  readonly ip: string;
  readonly port: number;
  readonly start: Time;
  readonly rtt?: string;
  readonly subscriptions: number;
  readonly in_msgs: Int;
  readonly out_msgs: Int;
  readonly in_bytes: Int;
  readonly out_bytes: Int;
  readonly pending_size?: Int;
}

export interface Routez {
  readonly num_routes: number;
  readonly routes: readonly RouteInfo[];
}

export interface GatewayLink {
  readonly configured?: boolean;
  readonly connection?: ConnInfo;
  readonly accounts?: readonly unknown[];
}

export interface Gatewayz {
  readonly name?: string;
  readonly host?: string;
  readonly port?: number;
  readonly outbound_gateways?: Readonly<Record<string, GatewayLink>>;
  readonly inbound_gateways?: Readonly<Record<string, readonly GatewayLink[]>>;
}

export interface LeafInfo {
  readonly id?: Int;
  readonly name: string;
  readonly is_spoke: boolean;
  readonly account: string;
  readonly ip: string;
  readonly port: number;
  readonly rtt?: string;
  readonly in_msgs: Int;
  readonly out_msgs: Int;
  readonly in_bytes: Int;
  readonly out_bytes: Int;
  readonly subscriptions: number;
  readonly compression?: string;
}

export interface Leafz {
  readonly leafnodes: number;
  readonly leafs: readonly LeafInfo[];
}

/** A stream as jsz shows it. */
export interface StreamDetail {
  readonly name: string;
  readonly created: Time;
  readonly cluster?: ClusterInfo;
  readonly config?: StreamConfig;
  readonly state: StreamState;
  readonly consumer_detail?: readonly ConsumerDetail[];
  readonly stream_raft_group?: string;
  readonly consumer_raft_groups?: readonly { readonly name: string; readonly raft_group?: string }[];
}

export interface ConsumerDetail {
  readonly stream_name: string;
  readonly name: string;
  readonly config?: ConsumerConfig;
  readonly delivered: { readonly consumer_seq: Int; readonly stream_seq: Int };
  readonly ack_floor: { readonly consumer_seq: Int; readonly stream_seq: Int };
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
  readonly num_waiting: number;
  readonly num_pending: Int;
  readonly cluster?: ClusterInfo;
}

export interface AccountDetail extends JetStreamUsage {
  readonly name: string;
  readonly id: string;
  readonly stream_detail?: readonly StreamDetail[];
}

export interface Jsz extends JetStreamUsage {
  readonly disabled?: boolean;
  readonly config?: { readonly domain?: string; readonly max_memory?: Int; readonly max_storage?: Int };
  readonly limits?: Readonly<Record<string, Int>>;
  readonly streams: number;
  readonly streams_leader?: number;
  readonly consumers: number;
  readonly consumers_leader?: number;
  readonly messages: Int;
  readonly bytes: Int;
  readonly meta_cluster?: MetaGroup;
  readonly account_details?: readonly AccountDetail[];
}

export interface Healthz {
  readonly status: string;
  readonly status_code?: number;
  readonly error?: string;
  readonly errors?: readonly { readonly type: string; readonly error?: string }[];
}

export interface AccountInfo {
  readonly account_name: string;
  readonly update_time?: Time;
  readonly is_system?: boolean;
  readonly expired: boolean;
  readonly complete: boolean;
  readonly jetstream_enabled: boolean;
  readonly issuer_key?: string;
  readonly name_tag?: string;
  readonly tags?: readonly string[];
  readonly mappings?: Readonly<
    Record<string, readonly { readonly subject: string; readonly weight: number; readonly cluster?: string }[]>
  >;
  readonly imports?: readonly AccountImport[];
  readonly responses?: Readonly<Record<string, AccountImport>>;
  readonly exports?: readonly AccountExport[];
  readonly revoked_user?: Readonly<Record<string, Time>>;
}

export interface AccountImport {
  readonly name?: string;
  readonly subject?: string;
  readonly account?: string;
  readonly local_subject?: string;
  readonly type?: string | number;
  readonly share?: boolean;
  readonly invalid?: boolean;
  readonly tracking?: boolean;
  readonly tracking_header?: Readonly<Record<string, readonly string[]>>;
}

export interface AccountExport {
  readonly name?: string;
  readonly subject?: string;
  readonly type?: string | number;
  readonly token_req?: boolean;
  readonly response_type?: string;
  /** Nanoseconds. */
  readonly response_threshold?: Int;
  readonly description?: string;
  readonly info_url?: string;
  readonly account_token_position?: number;
  readonly approved_accounts?: readonly string[];
  readonly revocations?: Readonly<Record<string, Int>>;
}

export interface Accountz {
  readonly system_account?: string;
  readonly accounts?: readonly string[];
  readonly account_detail?: AccountInfo;
}

export interface Profilez {
  /** Base64. */
  readonly profile?: string;
  readonly error?: string;
}

/** The monitoring endpoints, and the data of each. */
export interface Endpoints {
  VARZ: Varz;
  CONNZ: Connz;
  SUBSZ: Readonly<Record<string, unknown>>;
  ROUTEZ: Routez;
  GATEWAYZ: Gatewayz;
  LEAFZ: Leafz;
  JSZ: Jsz;
  ACCOUNTZ: Accountz;
  HEALTHZ: Healthz;
  PROFILEZ: Profilez;
  RAFTZ: Readonly<Record<string, unknown>>;
  IPQUEUESZ: Readonly<Record<string, unknown>>;
  EXPVARZ: Readonly<Record<string, unknown>>;
  IDZ: ServerIdentity;
}
export type Endpoint = keyof Endpoints;

/** Which servers are meant. */
export interface ServerFilter {
  readonly server_name?: string;
  readonly cluster?: string;
  readonly host?: string;
  readonly tags?: readonly string[];
  readonly domain?: string;
  /** Names match in whole and not in parts. */
  readonly exact_match?: boolean;
}
