import { during } from '#base/errors.ts';
import { any, int, nanos, nullable, record, str } from '#cli/schema.ts';
import { accountInfo } from '#client/jetstream/api.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { columnsText } from '#runtime/text.ts';
import { type AccountFacts, fetchFacts } from './facts.ts';
import { accountColumns } from './show.ts';

/** `nats account info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['nfo'],
  help: 'Show who is connected to what, and what the account may do',
  tags: { scope: 'user', impact: 'ro' },
  output: record({
    user: nullable(any),
    client_id: int,
    client_ip: str,
    rtt: nanos,
    max_payload: int,
    server: any,
    tls: nullable(any),
    jetstream: nullable(any),
    'jetstream_problem?': str,
  }),
  async run(_input, runtime) {
    const js = await openJetStream(runtime).catch(during('setup failed'));
    const facts = await fetchFacts(runtime, js.connection, () => accountInfo(js));
    await runtime.show({
      data: accountRecord(facts),
      text: async () => columnsText(runtime, await accountColumns(facts)),
    });
  },
});

function accountRecord({ connection, user, rtt, jetStream, problem }: AccountFacts) {
  const { info } = connection;
  const facts = connection.linkFacts();
  return {
    user: user ?? null,
    client_id: info.client_id ?? 0,
    client_ip: info.client_ip ?? '',
    rtt,
    max_payload: info.max_payload,
    server: {
      id: info.server_id,
      name: info.server_name,
      version: info.version,
      ...(info.cluster ? { cluster: info.cluster } : {}),
      url: connection.serverUrl,
      address: facts?.remote ?? '',
    },
    tls: facts?.tls
      ? {
          protocol: facts.tls.protocol,
          cipher: facts.tls.cipher,
          server_name: facts.tls.serverName,
          verified: facts.tls.verified,
        }
      : null,
    jetstream: jetStream ?? null,
    ...(problem ? { jetstream_problem: problem.trim() } : {}),
  };
}
