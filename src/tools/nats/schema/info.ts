import { recordOf } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nats schema info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['show', 'view'],
  help: 'Show a schema',
  args: { schema: { type: 'string', required: true, help: 'Name of the schema' } },
  flags: { yaml: { type: 'bool', help: 'Print it as YAML' } },
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf({ type: 'object' }),
  async run(input, runtime) {
    const { schemaOf } = await import('./catalog.ts');
    const data = schemaOf(input.args.schema);
    const text = async () => {
      if (!input.flags.yaml) return (await import('#base/json64.ts')).stringifyJson(data, { indent: 2 });
      const { emitYaml, yamlV2 } = await import('#base/yaml-emit.ts');
      return emitYaml(data, yamlV2);
    };
    await runtime.show({ data, text });
  },
});
