import { fail, messageOf } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { recordOf } from '#cli/schema.ts';
import { type ContextFile, parseContext } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { editText } from '#runtime/prompts.ts';
import { unknownContext } from './copy.ts';
import { contextSchema, saveContext } from './fields.ts';
import { showContext } from './show.ts';
import { contextYaml } from './yaml.ts';

/** `nats context edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['vi'],
  help: 'Change a context in your EDITOR\n\nIt is opened as YAML; what cannot be read back changes nothing.',
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  tags: { scope: 'local', impact: 'rw' },
  output: recordOf(contextSchema),
  async run(input, runtime) {
    const { name } = input.args;
    const store = await contextStore(runtime);
    if (!(await store.known(name))) throw unknownContext(name);
    const before = await store.load(name);
    const instead = `or change single settings: nats context add ${name} --server URL`;
    const edited = await readYaml(await editText(runtime, contextYaml(before), '.yaml', { instead }));
    const saved = await saveContext(runtime, store, name, edited);
    await showContext(runtime, store, name, saved, { connect: false });
  },
});

/** A context from the text an editor left. Throws `usage`; the file is not touched then. */
export async function readYaml(text: string): Promise<ContextFile> {
  const { parse } = await import('yaml');
  try {
    return parseContext(stringifyJson(parse(text)));
  } catch (error) {
    throw fail('usage', `the edited context cannot be used: ${messageOf(error).split('\n')[0]}`, {
      hint: 'nothing was changed',
    });
  }
}
