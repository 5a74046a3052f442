import { fail, messageOf } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { emitYaml } from '#base/yaml-emit.ts';
import { type ContextFile, parseContext } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { showContext } from './common.ts';
import { contextOutput } from './show.ts';

/** `nats context edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['vi'],
  help: 'Change a context as YAML in your EDITOR\n\nA document that cannot be read leaves the context as it was.',
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  tags: { scope: 'local', impact: 'rw' },
  output: contextOutput,
  async run(input, runtime) {
    const { name } = input.args;
    const store = await contextStore(runtime);
    if (!(await store.known(name))) {
      throw fail('not-found', `unknown context ${JSON.stringify(name)}`, { hint: 'nats context ls shows them' });
    }
    await store.save(name, await changed(runtime, await store.load(name)));
    await showContext(runtime, store, name);
  },
});

const notes: Readonly<Record<string, string>> = {
  url: 'servers, a comma between',
  creds: 'a path, env://NAME, nsc://OPERATOR/ACCOUNT/USER, op://VAULT/ITEM/FIELD or data:;base64,TEXT',
  nkey: 'seed of a user: written as creds is',
  cert: 'client certificate and key, both or none',
  ca: "certificate authorities to trust beside the system's own",
  tls_first: 'TLS before the server says anything',
  color_scheme: 'look of tables: rounded, double, yellow, blue, cyan, green, magenta, red',
  jetstream_domain: 'JetStream domain, or prefixes where its API was imported',
  inbox_prefix: 'first tokens of reply subjects',
};

async function changed(runtime: Runtime, file: ContextFile): Promise<ContextFile> {
  const { editText } = await import('#runtime/prompts.ts');
  const { parse } = await import('yaml');
  const lines = Object.entries({ ...file.config, ...file.unknown }).map(([key, value]) => {
    const note = notes[key] ? `\n# ${notes[key]}\n` : '';
    return note + emitYaml({ [key]: value });
  });
  const text = await editText(runtime, lines.join(''), '.yaml');
  try {
    return parseContext(stringifyJson(parse(text, { version: '1.1' })));
  } catch (error) {
    throw fail('usage', `the changed context cannot be read: ${messageOf(error)}`, { hint: 'it was left as it was' });
  }
}
