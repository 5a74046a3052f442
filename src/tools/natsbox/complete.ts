import { candidates } from '#cli/completion.ts';
import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { completionWorld } from '#runtime/complete.ts';
import { equip } from '#runtime/run.ts';
import { toolByName } from './known.ts';

/** `natsbox complete TOOL WORDS...`: candidates for the last word; what the completion scripts call. */
export const command = defineCommand({
  name: 'complete',
  help: 'List candidates for a half-typed command line',
  hidden: true,
  args: {
    tool: { type: 'string', required: true, help: 'nats, nsc, nk, nats-top or natsbox' },
    words: { type: 'string', cumulative: true, help: 'Words typed so far, the last one may be empty' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  ours: true,
  async run(input, runtime) {
    const tool = equip(await toolByName(input.args.tool));
    const found = await candidates(tool, input.args.words, completionWorld(runtime)).catch(() => []);
    for (const c of found) runtime.out.line(c);
  },
});
