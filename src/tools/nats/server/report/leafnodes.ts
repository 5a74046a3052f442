import { comma, humanBytes } from '#base/size.ts';
import { bool, int, list, obj, str } from '#cli/schema.ts';
import type { LeafInfo, ServerIdentity } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import { limitArg, reportFlags, shortKey } from '../flags.ts';
import { group } from './group.ts';
import { ordered, refuseErrors, runReport } from './run.ts';

interface Leaf {
  readonly server: ServerIdentity;
  readonly leaf: LeafInfo;
}

const sorts = ['server', 'name', 'account', 'subs', 'in-bytes', 'out-bytes', 'in-msgs', 'out-msgs'] as const;

const keys: Readonly<Record<string, (l: Leaf) => string | number | bigint>> = {
  server: (l) => l.server.name,
  name: (l) => l.leaf.name,
  account: (l) => l.leaf.account,
  subs: (l) => l.leaf.subscriptions,
  'in-bytes': (l) => l.leaf.in_bytes,
  'out-bytes': (l) => l.leaf.out_bytes,
  'in-msgs': (l) => l.leaf.in_msgs,
  'out-msgs': (l) => l.leaf.out_msgs,
};

/** `nats server report leafnodes` */
export const command = defineCommand({
  name: 'leafnodes',
  aliases: ['leaf', 'leafz'],
  help: 'Leaf nodes connected to the servers',
  args: limitArg,
  flags: {
    account: { type: 'string', help: 'Only leaf nodes of this account' },
    sort: { type: 'enum', enum: sorts, help: 'Order of the leaf nodes' },
    ...reportFlags,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(
    obj({ server: str, name: str, account: str, ip: str, port: int, 'rtt?': str, subscriptions: int, is_spoke: bool }),
  ),
  async run(input, runtime) {
    const { flags } = input;
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const answers = await source.ask('LEAFZ', { ...filter, ...(flags.account ? { account: flags.account } : {}) });
      refuseErrors(answers);
      const all = answers.flatMap(({ server, data }) => (data?.leafs ?? []).map((leaf) => ({ server, leaf })));
      const leafs = ordered(
        all,
        flags.reverse,
        keys[flags.sort ?? 'server'] ?? ((l) => l.server.name),
        (l) => l.leaf.name,
      );
      return {
        data: leafs.map(({ server, leaf }) => ({ server: server.name, cluster: server.cluster ?? '', ...leaf })),
        text: async () => `${await tableText(runtime, leafTable(leafs))}\n`,
        answered: answers.map((a) => a.server.name),
      };
    });
  },
});

export function leafTable(leafs: readonly Leaf[]): Table {
  return {
    title: 'Leafnode Report',
    headers: [
      ...['Server', 'Name', 'Account', 'Address', 'RTT', 'Msgs In', 'Msgs Out', 'Bytes In', 'Bytes Out', 'Subs'],
      ...['Compressed', 'Spoke'],
    ],
    rows: leafs.map(({ server, leaf }) => [
      server.name,
      leaf.name,
      shortKey(leaf.account),
      `${leaf.ip}:${leaf.port}`,
      leaf.rtt ?? '',
      comma(leaf.in_msgs),
      comma(leaf.out_msgs),
      humanBytes(leaf.in_bytes),
      humanBytes(leaf.out_bytes),
      comma(leaf.subscriptions),
      leaf.compression ?? '',
      leaf.is_spoke,
    ]),
  };
}
