import { fail } from '#base/errors.ts';
import type { Varz } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { serverVarz, showServer, varzOutput } from '../info.ts';
import { openLive } from '../source.ts';

/** `nats server config reload` */
export const command = defineCommand({
  name: 'reload',
  help: 'Make a server read its configuration file again',
  args: { id: { type: 'string', required: true, help: 'Id of the server; "nats server list --json" shows it' } },
  flags: { force: { type: 'bool', short: 'f', negatable: true, help: 'Do not ask' } },
  tags: { scope: 'system', impact: 'rw' },
  output: varzOutput,
  async run(input, runtime) {
    const { id } = input.args;
    const source = await openLive(runtime, { expect: 1 });
    if (runtime.contract.plan) {
      await showServer(runtime, await serverVarz(runtime, id));
      return;
    }
    if (!input.flags.force) {
      const varz = await source.askOne<Varz>(id, 'VARZ');
      if (!varz) throw fail('timeout', `no response from server ${id}`);
      const { server } = varz;
      const prompts = await runtime.prompts();
      const message = `Really reload configuration for ${server.name} (${server.id}) on ${server.host}`;
      if (!(await prompts.confirm({ message, flag: '--force' }))) return;
    }
    const answer = await source.askOne<unknown>(id, 'RELOAD');
    if (!answer) throw fail('timeout', 'invalid response from 0 servers');
    if (answer.error) throw fail('error', `reload failed: ${answer.error.description ?? answer.error.code}`);
    await showServer(runtime, await serverVarz(runtime, id));
  },
});
