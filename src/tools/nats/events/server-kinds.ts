// How events of servers and latency samples read.
import {
  bytes,
  count,
  duration,
  type Event,
  fineClock,
  type Kind,
  moment,
  type Row,
  row,
  some,
  sub,
  text,
} from './parts.ts';

/** A client of a connect or disconnect event, under labels of 19 columns. */
function connectionRows(e: Event): (Row | undefined)[] {
  const c = sub(e, 'client');
  const tags = Array.isArray(c['tags']) ? c['tags'].join(',') : '';
  const own: (Row | undefined)[] = [
    ...[row('ID', c['id'] ?? 0), some('User', c['user']), some('Name', c['name']), row('Account', c['acc'])],
    row('Library Version', `${text(c['ver'])}  Language: ${text(c['lang']) || 'Unknown'}`),
    some('Host', c['host']),
    ...(c['jwt'] ? [row('Issuer Key', c['issuer_key']), row('Name Tag', c['name_tag']), some('Tags', tags)] : []),
    ...[some('Client Kind', c['kind']), some('Client Type', c['client_type'])],
  ];
  return ['', '   Client:', ...own.map((r) => (typeof r === 'object' ? `${r[0].padStart(19)}: ${r[1]}` : r))];
}

const serverRows = (e: Event): (Row | undefined)[] => {
  const { name, cluster } = sub(e, 'server');
  return [row('Server', name), some('Cluster', cluster)];
};
const who = (e: Event): string => {
  const { user, id, acc } = sub(e, 'client');
  return `${user ? `user: ${text(user)}` : ''} cid: ${text(id ?? 0)} in account ${text(acc)}`;
};

function latencyClient(name: string, c: Event): Row[] {
  const line = (label: string, value: unknown) => `${label.padStart(12)}: ${text(value)}`;
  const known = c['user']
    ? [
        ...[line('Start', moment(c['start'])), line('User', c['user']), line('Name', c['name'])],
        ...[line('Language', c['lang']), line('Version', c['ver'])],
      ]
    : [];
  const where = c['id'] ? [line('Host', c['host']), line('ID', c['id']), line('Server', c['server'])] : [];
  return ['', `   ${name}:`, line('Account', c['acc']), line('RTT', duration(c['rtt'])), ...known, ...where];
}

export const serverKinds: Readonly<Record<string, Kind>> = {
  client_connect: {
    title: () => 'Client Connection',
    width: 9,
    rows: (e) => [...serverRows(e), ...connectionRows(e)],
    short: (e) => `[Connection] ${who(e)}`,
  },
  client_disconnect: {
    title: () => 'Client Disconnection',
    width: 10,
    rows: (e) => {
      const [sent, received] = [sub(e, 'sent'), sub(e, 'received')];
      const line = (label: string, value: string) => `${label.padStart(21)}: ${value}`;
      const stats = (t: Event) => `${text(t['msgs'] ?? 0)} messages (${bytes(t['bytes'])})`;
      return [
        ...[some('Reason', e['reason']), ...serverRows(e), ...connectionRows(e), '', '   Stats:'],
        ...[line('RTT', duration(sub(e, 'client')['rtt'])), line('Client Received', stats(received))],
        line('Client Published', stats(sent)),
      ];
    },
    short: (e) => `[Disconnection] ${who(e)}: ${text(e['reason'])}`,
  },
  account_connections: {
    title: () => 'Account Status',
    width: 13,
    rows: (e) => {
      const line = (label: string, value: string) => `${label.padStart(20)}: ${value}`;
      const stats = (t: Event) => `${count(t['msgs'])} messages (${bytes(t['bytes'])})`;
      return [
        ...[
          row('Account', e['acc']),
          ...serverRows(e),
          row('Connections', e['conns']),
          row('Leaf Nodes', e['leafnodes']),
        ],
        ...['', '   Stats:', line('Received', stats(sub(e, 'received'))), line('Published', stats(sub(e, 'sent')))],
        line('Slow Consumers', count(e['slow_consumers'])),
      ];
    },
    short: (e) => {
      const [sent, received] = [sub(e, 'sent'), sub(e, 'received')];
      const flow = (t: Event) => `${count(t['msgs'])} / ${bytes(t['bytes'])}`;
      return `[Account] ${text(e['acc'])} Server: ${text(sub(e, 'server')['name'])} Connections: ${text(e['conns'])} Leaf Nodes: ${text(e['leafnodes'])} Slow: ${count(e['slow_consumers'])} Sent: ${flow(sent)} Received: ${flow(received)}`;
    },
  },
  service_latency: {
    title: (e) => `Service Latency${e['description'] ? ` - ${text(e['description'])}` : ''}`,
    width: 13,
    rows: (e) => {
      const [requestor, responder] = [sub(e, 'requestor'), sub(e, 'responder')];
      const line = (label: string, value: unknown) => `${label.padStart(22)}: ${duration(value)}`;
      return [
        ...[row('Start Time', fineClock(e['start'])), some('Error', e['description']), '', '   Latencies:', ''],
        ...[line('Request Duration', e['total']), line('Requestor', requestor['rtt'])],
        ...[line('NATS System', e['system']), line('Service', e['service'])],
        ...[...latencyClient('Requestor', requestor), ...latencyClient('Responder', responder)],
      ];
    },
    short: (e) =>
      `[Svc Latency] ${e['description'] ? `${text(e['description'])} ` : ''}requestor ${duration(sub(e, 'requestor')['rtt'])} <-> system ${duration(e['system'])} <- service rtt ${duration(sub(e, 'responder')['rtt'])} -> service ${duration(e['service'])}`,
  },
};
