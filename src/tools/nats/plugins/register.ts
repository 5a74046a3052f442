import { fail } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { pluginDir, readModel } from './model.ts';

/** `nats plugins register` */
export const command = defineCommand({
  name: 'register',
  help: 'Make a program a command of this one\n\nThe program is asked for its commands once, with --fisk-introspect. Register it again, with --force, when they change.',
  args: {
    name: { type: 'string', required: true, help: 'The word it gets: lower case letters' },
    command: { type: 'existing-file', required: true, help: 'The program' },
  },
  flags: { force: { type: 'bool', help: 'Replace a plugin of this name' } },
  tags: { scope: 'local', impact: 'rw' },
  output: record({ name: str, command: str, file: str }),
  async run(input, runtime) {
    const { name } = input.args;
    if (runtime.contract.as === 'text') {
      runtime.out.line('WARNING: Plugins support is experimental and not officially supported\n');
    }
    if (!/^[a-z]+$/.test(name)) {
      throw fail('usage', 'plugins names must match ^[a-z]$', { hint: 'lower case letters alone make a name' });
    }
    await refuseBuiltIn(name);
    const dir = pluginDir({ env: runtime.env, home: runtime.files.home });
    const file = `${dir}/${name}.json`;
    if (!input.flags.force && (await runtime.files.stat(file))) {
      throw fail('conflict', `plugins ${name} already registered, use --force to update`);
    }
    const program = absolute(runtime, input.args.command);
    const { status, stdout } = await runtime.programs.run([program, '--fisk-introspect'], { merge: true });
    if (status !== 0) throw fail('error', `${program} --fisk-introspect failed: exit status ${status}`);
    const def = readModel(new TextDecoder().decode(stdout), program);
    if (!def.help) throw fail('error', 'plugin declared no help');
    const data = { name, command: program, file };
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `Would write ${file}\n` });
    }
    await runtime.files.mkdir(dir, 0o700);
    await runtime.files.write(file, JSON.stringify({ cmd: program, def }), 0o600);
    const given = input.args.command;
    const text = () => `Plugin ${name} using command ${given} was added or updated\n`;
    await runtime.show({ data, text });
  },
});

/** A built-in word stays what it is. */
async function refuseBuiltIn(name: string): Promise<void> {
  const { tree } = await import('../tree.gen.ts');
  if (name !== 'help' && !tree.some((node) => node.name === name || node.aliases.includes(name))) return;
  throw fail('conflict', `nats has a command "${name}" already`, { hint: 'choose another name for the plugin' });
}

function absolute(runtime: Runtime, path: string): string {
  return path.startsWith('/') ? path : `${runtime.files.cwd}/${path.replace(/^(\.\/)+/, '')}`;
}
