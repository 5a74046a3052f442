import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { WeightedMapping } from '#crypto/account.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { readMappings } from './file.ts';
import { type Mappings, mappingsData, mappingsOutput, mappingsText } from './show.ts';

/** `nats auth account mappings add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new', 'a'],
  help: 'Send what is published to a subject to others\n\nA source may have several targets, each with its share in percent. With --config the sources of the file replace those of the same name.',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    source: { type: 'string', help: 'Subject that is published to' },
    target: { type: 'string', help: 'Subject the messages get' },
    weight: { type: 'uint', default: '100', help: 'Percent of the messages' },
    cluster: { type: 'string', help: 'Only in this cluster' },
  },
  flags: {
    ...operatorFlag,
    config: { type: 'existing-file', help: 'YAML or JSON file with mappings' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth account mappings add APP orders.new orders.v2.new 20'],
  output: mappingsOutput,
  async run({ args, flags }, runtime) {
    const file = flags.config ? await readMappings(runtime, flags.config) : undefined;
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims }, { runtime }) => {
        const { mappings } = claims.nats;
        const changed = file ?? (await withTarget(runtime, mappings, args));
        for (const [source, targets] of changed) mappings.set(source, targets);
        return () => ({ data: mappingsData(changed), text: () => mappingsText(runtime, changed) });
      },
    );
  },
});

interface Target {
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly weight: bigint;
  readonly cluster: string | undefined;
}

/** The targets of one source with one more. */
async function withTarget(runtime: Runtime, held: Mappings, given: Target): Promise<Map<string, WeightedMapping[]>> {
  const source = given.source || (await ask(runtime, 'Source subject', 'The subject that is published to', 'source'));
  const subject = given.target || (await ask(runtime, 'Target subject', 'The subject the messages get', 'target'));
  const cluster = given.cluster ?? '';
  if (given.weight > 100n) {
    throw fail('usage', `Mapping ${quote(source)} has a weight ${given.weight} that exceeds 100`);
  }
  const targets = held.get(source) ?? [];
  if (targets.some((target) => target.subject === subject && target.cluster === cluster)) {
    throw fail('conflict', `mapping ${source} -> ${subject} already exists`, {
      hint: 'remove the mappings of this source first, or give all of them with --config',
    });
  }
  return new Map([[source, [...targets, { subject, weight: Number(given.weight), cluster }]]]);
}

async function ask(runtime: Runtime, message: string, help: string, argument: string): Promise<string> {
  return (await runtime.prompts()).input({
    message,
    help,
    flag: `the ${argument} argument`,
    validate: (text) => (text.trim() === '' ? 'a subject is needed' : undefined),
  });
}
