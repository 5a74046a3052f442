import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { cheats } from './cheats.ts';

/** `nats cheat`: examples by topic, also as files for the cheat program. */
export const command = defineCommand({
  name: 'cheat',
  help: 'Show examples by topic',
  hidden: true,
  args: { label: { type: 'string', help: 'Topic to show' } },
  flags: {
    list: { type: 'bool', help: 'List the topics' },
    save: { type: 'string', placeholder: 'DIRECTORY', help: 'Write every topic as a file of this folder' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  async run(input, runtime) {
    const { save, list } = input.flags;
    if (save !== undefined) {
      await runtime.files.mkdir(save);
      for (const [topic, text] of Object.entries(cheats)) {
        await runtime.files.write(`${save}/${topic}`, `---\ntags: [nats]\n---\n\n${text}`);
        runtime.out.line(`Saved cheat to ${save}/${topic}`);
      }
      return;
    }
    const label = aliases[input.args.label ?? ''] ?? input.args.label;
    const text = label === undefined || list ? undefined : cheats[label];
    if (text !== undefined) runtime.out.write(text);
    else
      runtime.out.write(
        `Available Cheats:\n\n${Object.keys(cheats)
          .map((t) => `    ${t}\n`)
          .join('')}`,
      );
  },
});

const aliases: Readonly<Record<string, string>> = { pub: 'publish', sub: 'subscribe', obj: 'object', ctx: 'context' };
