// How events read: a line, or a block of labels.
import {
  bytes,
  clock,
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
  title,
} from './parts.ts';
import { serverKinds } from './server-kinds.ts';
import { shaped, shapeOf } from './shapes.ts';

function peers(e: Event): Event[] {
  return Array.isArray(e['replicas']) ? (e['replicas'] as Event[]) : [];
}

function replicaRows(e: Event): Row[] {
  const blocks = peers(e).map(
    (p) =>
      `             Name: ${text(p['name'])}\n          Current: ${p['current'] === true}\n           Active: ${duration(p['active'])}\n`,
  );
  return ['      Replicas:', '', ...blocks];
}

function clientRows(e: Event): (Row | undefined)[] {
  const c = sub(e, 'client');
  const line = (label: string, value: unknown) => `${label.padStart(26)}: ${text(value)}`;
  return [
    c['user'] ? line('User', `${text(c['user'])} Account: ${text(c['acc'])}`) : undefined,
    line('Host', c['host']),
    line('ID', c['id'] ?? 0),
    c['name'] ? line('Name', c['name']) : undefined,
    line('Library Version', `${text(c['ver'])}  Language: ${text(c['lang']) || 'Unknown'}`),
  ];
}

const left = (value: string): string => `          ${value.replaceAll('\n', '\n          ')}`;
const asset = (e: Event): string => `${text(e['stream'])} > ${text(e['consumer'])}`;
const place = (e: Event): string => (e['cluster'] ? ` in cluster ${text(e['cluster'])}` : '');
const inDomain = (e: Event): string => (e['domain'] ? `in domain ${text(e['domain'])} ` : '');

const streamKinds: Readonly<Record<string, Kind>> = {
  api_audit: {
    title: () => 'JetStream API Access',
    width: 12,
    rows: (e) => [
      ...[row('Server', e['server']), row('Subject', e['subject']), row('Client', ''), ...clientRows(e), ''],
      ...['    Request:', '', left(text(e['request']) || 'Empty Request'), '', '    Response:', ''],
      left(text(e['response'])),
    ],
    short: (e) => {
      const { user, acc } = sub(e, 'client');
      return `[JS API] ${text(e['subject'])}${user ? ` ${text(user)} @` : ''}${acc ? ` ${text(acc)}` : ''}`;
    },
  },
  api_limit_reached: {
    title: () => 'API Limit Reached',
    width: 18,
    rows: (e) => [row('Dropped', e['dropped']), row('Domain', e['domain'])],
    short: (e) => `[JS API Limit] ${text(e['server'])} ${inDomain(e)}discarded ${count(e['dropped'])} messages`,
  },
  stream_action: {
    title: (e) => `Stream ${title(e['action'])} Action`,
    width: 14,
    rows: (e) => [row('Stream', e['stream']), some('Template', e['template'])],
    short: (e) => `[Stream ${title(e['action'])}] ${text(e['stream'])}`,
  },
  stream_leader_elected: {
    title: () => 'Stream Leader Election',
    width: 14,
    rows: (e) => [row('Stream', e['stream']), row('Leader', e['leader']), ...replicaRows(e)],
    short: (e) => `[RAFT] Stream ${text(e['stream'])} elected ${text(e['leader'])} of ${peers(e).length} peers`,
  },
  stream_quorum_lost: {
    title: () => 'Stream Quorum Lost',
    width: 14,
    rows: (e) => [row('Stream', e['stream']), ...replicaRows(e)],
    short: (e) => `[RAFT] Stream ${text(e['stream'])} lost quorum of ${peers(e).length} peers`,
  },
  stream_batch_abandoned: {
    title: () => 'Publish Batch Abandoned',
    width: 18,
    rows: (e) => [
      ...[row('Account', e['account']), row('Domain', e['domain']), row('Stream', e['stream'])],
      ...[row('Batch', e['batch']), row('Reason', e['reason'])],
    ],
    short: (e) =>
      `[Batch Abandoned]${text(e['stream'])} ${inDomain(e)} abandoned batch ${text(e['batch'])}: ${text(e['reason'])}`,
  },
  snapshot_create: {
    title: () => 'Stream Snapshot Created',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Blocks', count(e['blocks'])), row('Block Size', bytes(e['block_size']))],
      ...[row('Client', ''), ...clientRows(e)],
    ],
    short: (e) => `[Snapshot Create] ${text(e['stream'])} ${count(e['blocks'])} blocks of ${bytes(e['block_size'])}`,
  },
  snapshot_complete: {
    title: () => 'Stream Snapshot Completed',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Start', fineClock(e['start'])), row('End', fineClock(e['end']))],
      ...[row('Client', ''), ...clientRows(e)],
    ],
    short: (e) => `[Snapshot Complete] ${text(e['stream'])} started ${clock(e['start'])} ended ${clock(e['end'])}`,
  },
  restore_create: {
    title: () => 'Stream Restore Created',
    width: 14,
    rows: (e) => [row('Stream', e['stream']), row('Client', ''), ...clientRows(e)],
    short: (e) => `[Restore Create] ${text(e['stream'])}`,
  },
  restore_complete: {
    title: () => 'Stream Restore Completed',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Start', fineClock(e['start'])), row('End', fineClock(e['end']))],
      ...[row('Bytes', bytes(e['bytes'])), row('Client', ''), ...clientRows(e)],
    ],
    short: (e) =>
      `[Restore Complete] ${text(e['stream'])} restored ${bytes(e['bytes'])} bytes started ${clock(e['start'])} ended ${clock(e['end'])}`,
  },
  domain_leader_elected: {
    title: () => 'Domain Leader Election',
    width: 14,
    rows: (e) => [
      row('Leader', e['leader']),
      row('Cluster', e['cluster']),
      some('Domain', e['domain']),
      ...replicaRows(e),
    ],
    short: (e) =>
      `[RAFT] Domain leader elected ${text(e['leader'])} in cluster ${text(e['cluster'])} leader of ${peers(e).length} peers`,
  },
  server_out_of_space: {
    title: () => 'Out of Disk Space',
    width: 14,
    rows: (e) => [
      ...[row('Server', `${text(e['server'])} - ${text(e['server_id'])}`), row('Cluster', e['cluster'])],
      some('Stream', e['stream']),
    ],
    short: (e) => `[Out of Space] ${text(e['server'])} (${text(e['server_id'])})${place(e)} ran out of disk space`,
  },
  server_removed: {
    title: () => 'Server Removed',
    width: 14,
    rows: (e) => [
      ...[row('Server', `${text(e['server'])} - ${text(e['server_id'])}`), row('Cluster', e['cluster'])],
      some('Domain', e['domain']),
    ],
    short: (e) => `[Server Removed] ${text(e['server'])} (${text(e['server_id'])})${place(e)} was removed`,
  },
};

const deliveryRows = (e: Event): Row[] => [
  ...[row('Consumer', asset(e)), row('Stream Sequence', e['stream_seq']), row('Deliveries', e['deliveries'])],
];
const deliveryShort = (e: Event): string =>
  `${text(e['stream'])} (${text(e['stream_seq'])}) > ${text(e['consumer'])}: ${text(e['deliveries'])} deliveries`;

const consumerKinds: Readonly<Record<string, Kind>> = {
  consumer_action: {
    title: (e) => `Consumer ${title(e['action'])} Action`,
    width: 14,
    rows: (e) => [row('Stream', e['stream']), row('Consumer', e['consumer'])],
    short: (e) => `[Consumer ${title(e['action'])}] ${asset(e)}`,
  },
  consumer_group_pinned: {
    title: () => 'Grouped Consumer Pinned a Client',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Consumer', e['consumer']), row('Group', e['group'])],
      ...[row('Domain', e['domain']), row('Pinned Client', e['pinned_id'])],
    ],
    short: (e) => `[PINNED] Consumer ${asset(e)} pinned client ${text(e['pinned_id'])} for group ${text(e['group'])}`,
  },
  consumer_group_unpinned: {
    title: () => 'Grouped Consumer Un-Pinned a Client',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Consumer', e['consumer']), row('Group', e['group'])],
      ...[row('Domain', e['domain']), row('Reason', e['reason'])],
    ],
    short: (e) => `[UNPINNED] Consumer ${asset(e)} unpinned client for group ${text(e['group'])}: ${text(e['reason'])}`,
  },
  consumer_leader_elected: {
    title: () => 'Consumer Leader Election',
    width: 14,
    rows: (e) => [
      row('Stream', e['stream']),
      row('Consumer', e['consumer']),
      row('Leader', e['leader']),
      ...replicaRows(e),
    ],
    short: (e) => `[RAFT] Consumer ${asset(e)} elected ${text(e['leader'])} of ${peers(e).length} peers`,
  },
  consumer_quorum_lost: {
    title: () => 'Consumer Quorum Lost',
    width: 14,
    rows: (e) => [row('Stream', e['stream']), row('Consumer', e['consumer']), ...replicaRows(e)],
    short: (e) => `[RAFT] Consumer ${asset(e)} lost quorum of ${peers(e).length} peers`,
  },
  consumer_pause: {
    title: () => 'Consumer Pause',
    width: 14,
    rows: (e) => [
      ...[row('Stream', e['stream']), row('Consumer', e['consumer']), row('Paused', e['paused'] === true)],
      ...[e['paused'] ? row('Until', moment(e['pause_until'])) : undefined, some('Domain', e['domain'])],
    ],
    short: (e) =>
      `[Consumer Pause] Consumer: ${asset(e)} Paused: ${e['paused'] === true}${e['paused'] ? ` until ${moment(e['pause_until'])}` : ''}`,
  },
  max_deliver: {
    title: () => 'Delivery Attempts Exceeded',
    width: 18,
    rows: deliveryRows,
    short: (e) => `[JS Max Deliveries] ${deliveryShort(e)}`,
  },
  nak: {
    title: () => 'Delivery NAKed',
    width: 18,
    rows: (e) => [...deliveryRows(e), row('Domain', e['domain'])],
    short: (e) => `[JS Delivery NAKed] ${deliveryShort(e)}`,
  },
  terminated: {
    title: () => 'Delivery Terminated',
    width: 18,
    rows: (e) => [...deliveryRows(e), some('Reason', e['reason'])],
    short: (e) => `[JS Delivery Terminated] ${deliveryShort(e)}${e['reason'] ? `: ${text(e['reason'])}` : ''}`,
  },
  consumer_ack: {
    title: () => 'Acknowledgment Sample',
    width: 22,
    rows: (e) => [
      ...[
        row('Consumer', asset(e)),
        row('Stream Sequence', e['stream_seq']),
        row('Consumer Sequence', e['consumer_seq']),
      ],
      ...[row('Deliveries', e['deliveries']), row('Delay', e['ack_time'])],
    ],
    short: (e) =>
      `[JS Ack] ${text(e['stream'])} (${text(e['stream_seq'])}) > ${text(e['consumer'])} (${text(e['consumer_seq'])}): ${text(e['deliveries'])} deliveries in ${text(e['ack_time'])}`,
  },
};

const kinds: Readonly<Record<string, Kind>> = { ...streamKinds, ...consumerKinds, ...serverKinds };

function kindOf(event: Event): Kind {
  return kinds[text(event['type']).split('.').at(-1) ?? ''] as Kind;
}

/** The members the text is made of, those that are missing filled in. */
function whole(event: Event): Event {
  return shaped(event, shapeOf(text(event['type'])) ?? {});
}

/** An event in one line. Its type must be one that `shapeOf` knows. */
export function shortEvent(raw: Event): string {
  const event = whole(raw);
  return `${clock(event['timestamp'])} ${kindOf(event).short(event)}`;
}

/** An event as a block of labels, after a blank line. */
export function longEvent(raw: Event): string {
  const event = whole(raw);
  const kind = kindOf(event);
  const head = `\n[${clock(event['timestamp'])}] [${text(event['id'])}] ${kind.title(event)}\n\n`;
  const rows = kind.rows(event).filter((r): r is Row => r !== undefined);
  return head + rows.map((r) => (typeof r === 'string' ? r : labelled(r, kind.width))).join('\n');
}

function labelled([label, value]: readonly [string, string], width: number): string {
  return `${label.padStart(width)}:${value === '' && label === 'Client' ? '' : ` ${value}`}`;
}

const schemas = 'https://raw.githubusercontent.com/nats-io/jsm.go/master/schemas';

/** An event as a CloudEvent, version 1.0. */
export function cloudEvent(event: Event): Record<string, unknown> {
  const type = text(event['type']);
  const [, , source = '', subject = ''] = type.split('.');
  const shape = shapeOf(type);
  return {
    type,
    time: event['timestamp'],
    id: event['id'],
    source: `urn:nats:${source}`,
    dataschema: `${schemas}/${type.replace(/^io\.nats\./, '').replaceAll('.', '/')}.json`,
    specversion: '1.0',
    subject,
    data: shape ? shaped(event, shape) : event,
  };
}
