import type { FlagSpecs } from '#cli/spec.ts';
import { pageIds } from '#view/top/page-ids.ts';

/** Options of nats-top: those of the original, then ours. */
export const flags = {
  s: {
    type: 'string',
    default: '127.0.0.1',
    placeholder: 'host',
    help: 'Server to watch; several with commas between',
  },
  m: { type: 'int', default: '8222', placeholder: 'port', help: 'Monitoring port' },
  ms: {
    type: 'int',
    default: '0',
    placeholder: 'port',
    help: 'Monitoring port with TLS; it is then used instead of -m',
  },
  n: { type: 'int', default: '1024', placeholder: 'count', help: 'Connections to ask each server for' },
  d: { type: 'int', default: '1', placeholder: 'seconds', help: 'Time between two refreshes' },
  r: { type: 'int', default: '-1', placeholder: 'count', help: 'End after so many refreshes; 0 or less: never' },
  sort: { type: 'string', default: 'cid', placeholder: 'field', help: 'Order of the connections' },
  o: { type: 'string', default: '', placeholder: 'file', help: 'Write one snapshot to a file, - for stdout, and end' },
  l: { type: 'string', default: '', placeholder: 'text', help: 'Stands between the values of -o instead of a grid' },
  b: { type: 'bool', help: 'Show all digits of the figures' },
  u: { type: 'bool', help: 'Show the subscriptions of the connections' },
  'display-subscriptions-column': { type: 'bool', help: 'The same as -u' },
  lookup: { type: 'bool', help: 'Show host names instead of addresses' },
  cert: { type: 'string', default: '', placeholder: 'file', help: 'Client certificate for -ms, with -key' },
  key: { type: 'string', default: '', placeholder: 'file', help: 'Private key of -cert' },
  cacert: { type: 'string', default: '', placeholder: 'file', help: 'Certificate authorities to trust with -ms' },
  k: { type: 'bool', help: 'Trust any certificate of the server' },
  v: { type: 'bool', help: 'Show the version' },
  version: { type: 'bool', help: 'The same as -v' },
} as const satisfies FlagSpecs;

/** What the original does not have. */
export const moreFlags = {
  page: {
    type: 'enum',
    enum: pageIds,
    default: 'connections',
    placeholder: 'name',
    ours: true,
    help: 'Page to begin with, or to print',
  },
  columns: { type: 'string', placeholder: 'ids', ours: true, help: 'Columns of the page: a,b or +a,-b' },
  record: { type: 'string', placeholder: 'file', ours: true, help: 'Write every moment to this file as well' },
  replay: { type: 'string', placeholder: 'file', ours: true, help: 'Show the moments of such a file' },
} as const satisfies FlagSpecs;

/** How to reach servers through the system account, without a monitoring port. */
export const systemFlags = {
  system: { type: 'bool', ours: true, help: 'Watch the whole cluster through the system account: no monitoring port' },
  name: { type: 'string', placeholder: 'server', ours: true, help: 'Only this server; implies -system' },
  context: { type: 'string', placeholder: 'name', ours: true, help: 'Connect with this context; implies -system' },
  server: { type: 'string', envar: 'NATS_URL', placeholder: 'url', ours: true, help: 'Where -system connects to' },
  user: { type: 'string', envar: 'NATS_USER', placeholder: 'user', ours: true, help: 'User for -system' },
  password: { type: 'string', envar: 'NATS_PASSWORD', ours: true, help: 'Password for -system' },
  token: { type: 'string', envar: 'NATS_TOKEN', ours: true, help: 'Token for -system' },
  creds: { type: 'string', envar: 'NATS_CREDS', placeholder: 'file', ours: true, help: 'Credentials for -system' },
  nkey: { type: 'string', envar: 'NATS_NKEY', placeholder: 'file', ours: true, help: 'Seed for -system' },
  tlscert: { type: 'string', envar: 'NATS_CERT', placeholder: 'file', ours: true, help: 'Certificate for -system' },
  tlskey: { type: 'string', envar: 'NATS_KEY', placeholder: 'file', ours: true, help: 'Key of -tlscert' },
  tlsca: { type: 'string', envar: 'NATS_CA', placeholder: 'file', ours: true, help: 'Authorities for -system' },
} as const satisfies FlagSpecs;

/** The usage text: one line per option, as Go's flag package writes them. */
export function usage(groups: readonly (readonly [string, FlagSpecs])[]): string {
  const line = ([name, spec]: [string, FlagSpecs[string]]) => {
    const value = spec.type === 'bool' ? '' : ` <${(spec.placeholder ?? name).toLowerCase()}>`;
    const choices = spec.type === 'enum' ? ` (${spec.enum?.join(', ')})` : '';
    return `    ${`-${name}${value}`.padEnd(24)} ${spec.help}${choices}`;
  };
  const parts = groups.map(([title, specs]) => `${title}\n${Object.entries(specs).map(line).join('\n')}\n`);
  return `usage: nats-top [options]\n${parts.join('\n')}`;
}
