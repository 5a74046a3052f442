import { formatDuration, roundDuration } from '#base/duration.ts';
import { BoxError, fail, messageOf } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { metaApi, metaGroup } from '../meta-api.ts';
import { openLive } from '../source.ts';

/** `nats server cluster step-down` */
export const command = defineCommand({
  name: 'step-down',
  aliases: ['stepdown', 'sd', 'elect', 'down', 'd'],
  help: 'Make the leader of the meta group step down, so that another is elected',
  flags: {
    cluster: { type: 'string', help: 'The new leader shall be in this cluster' },
    tags: { type: 'string', cumulative: true, help: 'The new leader shall have these tags' },
    host: { type: 'string', help: 'The new leader shall be this server' },
    json: { type: 'bool', short: 'j', help: 'Print the old and the new leader as JSON' },
    force: { type: 'bool', short: 'f', help: 'Ask for it even when there is no leader' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ leader_before: str, 'leader?': str }),
  async run(input, runtime) {
    const { flags } = input;
    const js = await metaApi(runtime, 'step-down');
    const source = await openLive(runtime);
    const meta = await metaGroup(source, 'to step down');
    const leader = meta.leader || '<unknown>';
    if (!meta.leader && !flags.force) throw fail('not-found', 'cluster has no current leader');
    if (runtime.contract.plan) {
      const text = () => `Would make ${leader} step down\n`;
      await runtime.show({ data: { leader_before: leader }, text }, { json: flags.json });
      return;
    }
    runtime.log(`Requesting leader step down of "${leader}" in a ${(meta.replicas ?? []).length + 1} peer RAFT group`);
    const placement = {
      ...(flags.cluster ? { cluster: flags.cluster } : {}),
      ...(flags.tags && flags.tags.length > 0 ? { tags: flags.tags } : {}),
      ...(flags.host ? { preferred: flags.host } : {}),
    };
    const wants = Object.keys(placement).length > 0;
    const answer = await js.request<{ success?: boolean }>('META.LEADER.STEPDOWN', wants ? { placement } : undefined);
    if (!answer.success) throw fail('error', 'unknown error while requesting leader step down');
    const started = runtime.clock.mono();
    for (let i = 0; i < 10; i++) {
      await runtime.clock.sleep(250, runtime.signal);
      try {
        const now = (await metaGroup(source, 'to step down')).leader ?? '';
        if (now === '' || now === leader) continue;
        runtime.log(`New leader elected "${now}"`);
        await runtime.show({ data: { leader_before: leader, leader: now }, text: () => '' }, { json: flags.json });
        return;
      } catch (error) {
        if (!(error instanceof BoxError)) throw error;
        if (runtime.globals['trace'] === true) runtime.log(`Failed to retrieve Cluster State: ${messageOf(error)}`);
      }
    }
    const waited = formatDuration(roundDuration(runtime.clock.mono() - started, 1_000_000n));
    throw fail('timeout', `the leader did not change after ${waited}`, {
      hint: 'nats server report jetstream shows the group',
    });
  },
});
