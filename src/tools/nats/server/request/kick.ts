import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { any, obj, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { openLive } from '../source.ts';

/** `nats server request kick` */
export const command = defineCommand({
  name: 'kick',
  help: 'Disconnect a client\n\n"nats server report connections" shows the numbers of clients, "nats server request variables" the ids of servers.',
  args: {
    client: { type: 'uint', placeholder: 'ID', required: true, help: 'Number of the connection' },
    server: { type: 'string', placeholder: 'SERVER_ID', required: true, help: 'Id of the server it is connected to' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ 'server?': obj({ name: str, id: str }), 'error?': any, 'planned?': any }),
  async run(input, runtime) {
    const { client, server } = input.args;
    if (runtime.contract.plan) {
      const text = () => `Would disconnect client ${client} from server ${server}\n`;
      await runtime.show({ data: { planned: { client, server } }, text });
      return;
    }
    const answer = await (await openLive(runtime)).askOne(server, 'KICK', { cid: client });
    if (!answer) throw fail('timeout', 'no responses received', { hint: 'the server did not answer in --timeout' });
    await runtime.show({ data: answer, text: () => `${stringifyJson(answer, { indent: 2 })}\n` });
  },
});
