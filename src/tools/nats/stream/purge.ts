import { during, fail } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import { type PurgeOptions, purgeStream, streamInfo } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmBucket, confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';

/** `nats stream purge` */
export const command = defineCommand({
  name: 'purge',
  help: 'Remove messages of a stream, all or those that a subject, a sequence or a count leaves',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    json: { type: 'bool', short: 'j', help: "Print the stream's information as JSON afterwards" },
    force: { type: 'bool', short: 'f', help: 'Remove without asking' },
    subject: { type: 'string', placeholder: 'SUBJECT', help: 'Only messages of this subject' },
    seq: { type: 'uint', placeholder: 'SEQUENCE', help: 'Only messages before this sequence' },
    keep: { type: 'uint', placeholder: 'MESSAGES', help: 'Keep this many of the newest' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, input.args.stream, { all: flags.all });
    const seq = flags.seq ?? 0n;
    const keep = flags.keep ?? 0n;
    if (seq > 0n && keep > 0n) throw fail('usage', 'sequence and keep cannot be combined when purging');
    if (runtime.contract.plan) {
      await showStream(runtime, info, { json: flags.json, stateOnly: true, lead: `would purge stream ${name}\n\n` });
      return;
    }
    if (!(await confirmed(runtime, flags.force, `Really purge Stream ${name}`))) return;
    await confirmBucket(runtime, name);
    const options: PurgeOptions = {
      ...(seq > 0n ? { seq } : {}),
      ...(keep > 0n ? { keep } : {}),
      ...(flags.subject ? { filter: flags.subject } : {}),
    };
    const { purged } = await purgeStream(js, name, options).catch(during('could not purge Stream'));
    const lead = `Purged ${purged} messages from ${name}\n\n`;
    // The sentence is for people: under --json stdout holds JSON alone.
    if (flags.json) runtime.err.line(`Purged ${comma(purged)} messages from ${name}`);
    await showStream(runtime, await streamInfo(js, name), { json: flags.json, stateOnly: true, lead });
  },
});
