import { fail } from '#base/errors.ts';
import { bool, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { metaApi, metaGroup } from '../meta-api.ts';
import { openLive } from '../source.ts';

const warning = `A server that will come back need not be removed: stop it, do the maintenance, start it again.
Streams and consumers with one replica on the server lose their data and state, even when the server returns.
For a removed server to return, the whole cluster must be restarted.
`;

/** `nats server cluster peer-remove` */
export const command = defineCommand({
  name: 'peer-remove',
  aliases: ['rm', 'pr'],
  help: 'Remove a server from a JetStream cluster for good',
  args: { name: { type: 'string', required: true, help: 'Name or peer id of the server', complete: 'servers' } },
  flags: {
    force: { type: 'bool', short: 'f', help: 'Do not ask' },
    json: { type: 'bool', short: 'j', help: 'Print what was removed as JSON' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ removed: bool, name: str, 'peer?': str, online: bool }),
  async run(input, runtime) {
    const { name } = input.args;
    const js = await metaApi(runtime, 'peer-remove');
    const meta = await metaGroup(await openLive(runtime), 'to remove the peer from');
    const peer = (meta.replicas ?? []).find((r) => r.name === name || r.peer === name);
    if (!peer) {
      const hint = `the members are ${(meta.replicas ?? []).map((r) => r.name).join(', ')}; the leader ${meta.leader ?? ''} must step down first`;
      throw fail('not-found', `did not find a replica named ${name}`, { hint });
    }
    const data = { removed: !runtime.contract.plan, name: peer.name, peer: peer.peer ?? '', online: !peer.offline };
    if (!runtime.contract.plan) {
      if (!input.flags.force) {
        const prompts = await runtime.prompts();
        if (runtime.stdin.isTTY) runtime.out.line(warning);
        await runtime.out.flush();
        const id = name === peer.name ? '' : ` with id ${peer.peer ?? ''}`;
        const message = `Really remove ${peer.offline ? 'offline' : 'online'} peer ${peer.name}${id}`;
        if (!(await prompts.confirm({ message, flag: '--force' }))) {
          runtime.out.line('Removal canceled');
          return;
        }
      }
      const body = peer.peer ? { peer: '', peer_id: peer.peer } : { peer: peer.name };
      const answer = await js.request<{ success?: boolean }>('SERVER.REMOVE', body);
      if (!answer.success) throw fail('error', 'unknown error while removing the peer');
    }
    const text = () => (data.removed ? '' : `Would remove ${peer.name}\n`);
    await runtime.show({ data, text }, { json: input.flags.json });
  },
});
