import { defineCommand } from '#runtime/command.ts';
import { openNsc } from '../nsc.ts';
import { listed, listedOutput, showListed } from './entries.ts';
import { listFlags } from './group.ts';

/** `nsc list operators` */
export const command = defineCommand({
  name: 'operators',
  aliases: ['operator'],
  help: 'List the operators of the stores directory',
  inherits: listFlags,
  tags: { scope: 'local', impact: 'ro' },
  output: listedOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const names = await nsc.operators();
    const entries = await listed(names, async (name) => (await nsc.store(name)).operatorToken());
    if (names.length > 0) {
      return showListed(runtime, 'Operators', entries, { current: nsc.config.operator, json: flags.json });
    }
    const text = () =>
      flags.json
        ? '[]\n'
        : `no operators defined in store dir ${JSON.stringify(nsc.config.store_root)}\n` +
          'init an environment or change the store root with `env --store <dir>`\n';
    await runtime.show({ data: [], text });
  },
});
