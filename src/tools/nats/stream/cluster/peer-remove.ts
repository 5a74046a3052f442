import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { removeStreamPeer } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickStream } from '../../jetstream/pick.ts';
import { setupJetStream } from '../../jetstream/setup.ts';
import { group } from '../group.ts';

/** `nats stream cluster peer-remove` */
export const command = defineCommand({
  name: 'peer-remove',
  aliases: ['pr'],
  help: 'Take a server out of the replicas of a stream',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    peer: { type: 'string', help: 'Name of the server' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Remove even the only replica, and with it the data' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, args.stream, { all: flags.all });
    if (!info.cluster) throw fail('usage', `stream ${JSON.stringify(name)} is not clustered`);
    const peers = [info.cluster.leader ?? '', ...(info.cluster.replicas ?? []).map((r) => r.name)];
    if (peers.length === 1 && !flags.force) {
      throw fail('usage', 'removing the only peer on a stream will result in data loss, use --force to force');
    }
    let peer = args.peer ?? '';
    if (peer === '') {
      const choices = peers.map((value) => ({ label: value, value }));
      const prompts = await runtime.prompts();
      peer = await prompts.select({ message: 'Select a Peer', choices, flag: 'the peer argument' });
    }
    const data = { done: !runtime.contract.plan, name, peer };
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would remove peer ${peer} from stream ${name}\n` });
    }
    runtime.log(`Removing peer ${JSON.stringify(peer)}`);
    await removeStreamPeer(js, name, peer);
    runtime.log(`Requested removal of peer ${JSON.stringify(peer)}`);
    await runtime.show({ data, text: () => '' });
  },
});
