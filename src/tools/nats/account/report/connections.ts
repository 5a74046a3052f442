import { int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { connFlags, connQuery } from '../../server/report/conn-query.ts';
import { connRecord, connRow, connsText, topConns } from '../../server/report/conn-table.ts';
import { fetchConns } from '../../server/report/connz.ts';
import { openLive } from '../../server/source.ts';
import { group } from './group.ts';

/** `nats account report connections` */
export const command = defineCommand({
  name: 'connections',
  aliases: ['conn', 'connz', 'conns'],
  help: 'Connections of the account',
  flags: { ...connFlags, reverse: { type: 'bool', short: 'R', help: 'The other way round' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(obj({ cid: int, 'kind?': str, ip: str, port: int, 'account?': str, server: obj({ name: str }) })),
  async run(input, runtime) {
    const { query, order } = await connQuery(input.flags, input.isSet('state'));
    const found = await fetchConns(await openLive(runtime, { count: false }), {}, { ...query, own: true });
    const top = topConns(found.conns, order);
    await runtime.show({
      data: top.map(connRecord),
      rows: () => top.map(connRow),
      text: () => connsText(runtime, found, order),
    });
  },
});
