import { fail } from '#base/errors.ts';
import { arr, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { builtIn } from './generate/builtin/list.ts';
import type { Bundle, OperatorFacts } from './generate/bundle.ts';

/** `nats server generate` */
export const command = defineCommand({
  name: 'generate',
  aliases: ['gen'],
  help: `Generate configurations of servers

Questions are asked, and the answers fill in the templates of a bundle. Bundles come with the tool, from a folder, a zip file or a web address of one. Nothing has to be asked: --source chooses, --set answers, --defaults leaves the rest as it is.

Bundles that come with the tool: ${builtIn.map(([, source]) => source).join(', ')}`,
  args: { target: { type: 'string', required: true, help: 'Folder to write to; it must not exist' } },
  flags: {
    source: { type: 'string', help: 'The bundle: a folder, a zip file, or the address of one' },
    set: { type: 'key=value', ours: true, cumulative: true, help: 'Answer a question, as in --set port=4222' },
    defaults: { type: 'bool', ours: true, help: 'Take the default answers of all other questions' },
    operator: { type: 'string', ours: true, help: 'The operator, for bundles that need one' },
  },
  tags: { scope: 'local', impact: 'rw' },
  output: record({ target: str, source: str, files: arr(str) }),
  async run(input, runtime) {
    const { target } = input.args;
    const { flags } = input;
    if (await runtime.files.stat(target)) throw fail('conflict', `target directory ${target} already exist`);
    const tell = (text: string): void => {
      if (runtime.contract.as === 'text') runtime.out.write(`${text}\n\n`);
    };
    tell(
      "Makes configurations of NATS servers from questions and answers, in a folder.\nBundles of questions come with the 'nats' command, from a file or from a URL.",
    );
    const source = flags.source ?? (await pick(runtime));
    const bundle = await load(runtime, source);
    const operator = await operatorFor(runtime, bundle, flags.operator);
    const answers = await answersOf(runtime, bundle, flags.set, flags.defaults, tell);
    const data = {
      ...answers,
      _target: target,
      _source: source,
      ...(operator ? { Requirements: { Operator: operator } } : {}),
    };
    const { files, before, after } = await make(bundle, data, target, operator);
    if (before) tell(before);
    const paths = [...files.keys()].sort();
    if (!runtime.contract.plan) await writeAll(runtime, target, files);
    const verb = runtime.contract.plan ? 'Would create' : 'Created';
    const text = () => `${paths.map((path) => `${verb} ${target}/${path}`).join('\n')}\n${after ? `\n${after}\n` : ''}`;
    await runtime.show({ data: { target, source, files: paths }, text });
  },
});

async function pick(runtime: Runtime): Promise<string> {
  const choices = builtIn.map(([label, value]) => ({ label, value }));
  return (await runtime.prompts()).select({ message: 'Select a template', choices, flag: '--source BUNDLE' });
}

async function load(runtime: Runtime, source: string): Promise<Bundle> {
  if (source.startsWith('fs://')) {
    const found = builtIn.find(([, address]) => address === source);
    if (found) return found[2]();
    const hint = `known are ${builtIn.map(([, address]) => address).join(', ')}`;
    throw fail('not-found', `there is no bundle ${source}`, { hint });
  }
  const [{ fetchFiles }, { readBundle }] = await Promise.all([
    import('./generate/fetch.ts'),
    import('./generate/bundle.ts'),
  ]);
  const files = await fetchFiles(runtime, source);
  return readBundle(files, (text) => runtime.err.line(`Warning: ${text}`));
}

async function operatorFor(
  runtime: Runtime,
  bundle: Bundle,
  name: string | undefined,
): Promise<OperatorFacts | undefined> {
  if (!bundle.requiresOperator) return undefined;
  const { chooseOperator } = await import('./generate/operator.ts');
  return chooseOperator(runtime, name);
}

async function answersOf(
  runtime: Runtime,
  bundle: Bundle,
  given: ReadonlyMap<string, string>,
  useDefaults: boolean,
  tell: (text: string) => void,
): Promise<Record<string, unknown>> {
  if (!bundle.form) return {};
  const { fillForm } = await import('./generate/form.ts');
  return fillForm(bundle.form, { given, useDefaults, prompts: await runtime.prompts(), tell });
}

async function make(
  bundle: Bundle,
  data: Record<string, unknown>,
  target: string,
  operator: OperatorFacts | undefined,
): Promise<{ files: ReadonlyMap<string, string>; before?: string; after?: string }> {
  if (bundle.make) return bundle.make(data, { target, ...(operator ? { operator } : {}) });
  const { renderBundle, renderText } = await import('./generate/render.ts');
  return {
    files: renderBundle(bundle, data),
    ...(bundle.before ? { before: renderText(bundle, bundle.before, data) } : {}),
    ...(bundle.after ? { after: renderText(bundle, bundle.after, data) } : {}),
  };
}

/** Passwords may be in them: the files are their owner's alone, as are the folders. */
async function writeAll(runtime: Runtime, target: string, files: ReadonlyMap<string, string>): Promise<void> {
  await runtime.files.mkdir(target, 0o700);
  for (const [path, text] of files) {
    const at = path.lastIndexOf('/');
    if (at > 0) await runtime.files.mkdir(`${target}/${path.slice(0, at)}`, 0o700);
    await runtime.files.write(`${target}/${path}`, text, 0o600);
  }
}
