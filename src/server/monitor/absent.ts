/** Answers about what this server does not have: other servers, leaf nodes, JetStream. */
import { timeText } from '../accounts/info.ts';
import type { Running } from '../running.ts';

function head({ srv }: Running): { server_id: string; now: string } {
  return { server_id: srv.id, now: timeText(srv.clock.now()) };
}

export function routez(run: Running): Record<string, unknown> {
  const { server_id, now } = head(run);
  return { server_id, server_name: run.srv.options.name, now, num_routes: 0, routes: [] };
}

export function gatewayz(run: Running): Record<string, unknown> {
  return { ...head(run), outbound_gateways: {}, inbound_gateways: {} };
}

export function leafz(run: Running): Record<string, unknown> {
  return { ...head(run), leafnodes: 0, leafs: [] };
}

export function jsz(run: Running): Record<string, unknown> {
  return {
    memory: 0,
    storage: 0,
    reserved_memory: 0,
    reserved_storage: 0,
    accounts: 0,
    ha_assets: 0,
    api: { level: 0, total: 0, errors: 0 },
    ...head(run),
    disabled: true,
    config: { max_memory: 0, max_storage: 0 },
    streams: 0,
    consumers: 0,
    messages: 0,
    bytes: 0,
    total: 0,
  };
}

export interface HealthzOptions {
  readonly account?: string;
  readonly stream?: string;
  readonly consumer?: string;
  readonly details?: boolean;
}

export interface Health {
  readonly status: string;
  readonly status_code?: number;
  readonly error?: string;
  readonly errors?: readonly { readonly type: string; readonly error: string }[];
}

/** Whether the server is well: it is, once it answers; only questions about streams can be asked wrongly. */
export function healthz(o: HealthzOptions): Health {
  let problem = '';
  if (o.stream && !o.account) problem = '"account" must not be empty when checking stream health';
  else if (o.consumer && !o.stream) problem = '"stream" must not be empty when checking consumer health';
  if (problem === '') return { status: 'ok', status_code: 200 };
  if (o.details !== true) return { status: 'error', status_code: 400, error: problem };
  return { status: 'error', status_code: 400, errors: [{ type: 'BAD_REQUEST', error: problem }] };
}
