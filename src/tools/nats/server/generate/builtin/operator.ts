import { fail } from '#base/errors.ts';
import type { Bundle, OperatorFacts, Property } from '../bundle.ts';

/** Questions about the folder of account JWTs, which every server of an operator has. */
export const resolverLimits: readonly Property[] = [
  { name: 'allow_delete', description: 'Let accounts be deleted', type: 'bool', default: 'true' },
  { name: 'limit', description: 'Most accounts it holds', type: 'integer', default: '1000' },
];

/** The operator a bundle was given. */
export function operatorOf(operator: OperatorFacts | undefined): OperatorFacts {
  if (!operator) throw fail('not-found', 'no operator found', { hint: 'nats auth operator add makes one' });
  return operator;
}

/** A server that an operator of the local store manages. */
export const bundle: Bundle = {
  description: 'Configuration of a server that an operator manages',
  requiresOperator: true,
  files: new Map(),
  form: {
    description: 'Questions about a server whose accounts an operator of "nats auth" manages.',
    properties: [
      {
        ...{ name: 'server_name', description: 'Name of the server', default: 'nats.example.net', required: true },
        help: 'Names are unique in a cluster and stay the same: JetStream knows servers by them.',
      },
      { name: 'address', description: 'Address to listen on', default: '0.0.0.0', validation: 'isIP(value)' },
      { name: 'port', description: 'Port for clients', type: 'integer', default: '4222' },
      { name: 'monitor_port', description: 'Port for monitoring', type: 'integer', default: '8222' },
      { name: 'streams', description: 'Run JetStream', type: 'bool', default: 'true' },
      {
        name: 'jetstream',
        description: 'JetStream: what it may use. With -1 the server chooses when it starts.',
        conditional: 'input.streams == true',
        properties: [
          { name: 'store_dir', description: 'Folder of JetStream', default: '/var/lib/nats/jetstream', required: true },
          { name: 'max_mem', description: 'Most memory, as in 1GB', default: '-1' },
          { name: 'max_file', description: 'Most storage, as in 100GB', default: '-1' },
        ],
      },
      {
        name: 'resolver',
        description: 'Resolver: where the server keeps the JWTs of accounts that "nats auth account push" sends.',
        properties: [
          { name: 'dir', description: 'Folder of the JWTs', default: '/var/lib/nats/resolver' },
          ...resolverLimits,
        ],
      },
    ],
  },
  make: (a, world) => {
    const operator = operatorOf(world.operator);
    const quote = JSON.stringify;
    const js = a['jetstream'] as Record<string, string> | undefined;
    const resolver = a['resolver'] as Record<string, unknown>;
    const system = operator.SystemAccount;
    const lines = [
      `# A server of operator ${operator.Name}.`,
      `server_name: ${quote(a['server_name'])}`,
      `listen: "${a['address']}:${a['port']}"`,
      `http_port: ${a['monitor_port']}`,
      `operator: ${operator.JWT}`,
      ...(system
        ? [
            `system_account: ${system.Subject}`,
            `# ${system.Name}`,
            `resolver_preload: { ${system.Subject}: ${system.JWT} }`,
          ]
        : []),
      ...(js
        ? [
            ...['', 'jetstream {', `  store_dir: ${quote(js['store_dir'])}`],
            ...[`  max_mem: ${js['max_mem']}`, `  max_file: ${js['max_file']}`, '}'],
          ]
        : []),
      ...['', 'resolver {', '  type: full', `  dir: ${quote(resolver['dir'])}`],
      ...[`  allow_delete: ${resolver['allow_delete']}`, '  interval: "2m"', `  limit: ${resolver['limit']}`, '}', ''],
    ];
    const after = `A configuration for operator ${operator.Name} is in ${world.target}/server.conf`;
    return { files: new Map([['server.conf', lines.join('\n')]]), after };
  },
};
