import { completionScript, shells } from '#cli/completion.ts';
import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { toolNames } from '../../tool-names.ts';

/** `natsbox completion bash`: the script a shell sources, for all tools at once or for one. */
export const command = defineCommand({
  name: 'completion',
  help: 'Write the completion script for a shell\n\nLoad it with: source <(natsbox completion bash)',
  args: {
    shell: { type: 'enum', enum: shells, required: true, help: 'bash, zsh, fish or powershell' },
    tool: { type: 'string', help: 'Only for this tool' },
  },
  examples: ['source <(natsbox completion bash)', 'natsbox completion fish > ~/.config/fish/completions/nats.fish'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  ours: true,
  async run(input, runtime) {
    const { shell, tool } = input.args;
    const scripts = (tool ? [tool] : toolNames).map((name) => completionScript(name, shell as (typeof shells)[number]));
    runtime.out.write(scripts.join(''));
  },
});
