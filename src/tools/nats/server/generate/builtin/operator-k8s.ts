import type { Bundle } from '../bundle.ts';
import { operatorOf, resolverLimits } from './operator.ts';

/** A cluster in Kubernetes that an operator of the local store manages: values for the Helm chart. */
export const bundle: Bundle = {
  description: 'Helm values of a cluster in Kubernetes that an operator manages',
  requiresOperator: true,
  files: new Map(),
  form: {
    description: 'Questions about a cluster of the NATS Helm chart whose accounts an operator of "nats auth" manages.',
    properties: [
      { name: 'replicas', description: 'How many servers', type: 'integer', default: '3' },
      { name: 'streams', description: 'Run JetStream', type: 'bool', default: 'true' },
      {
        name: 'jetstream',
        description: 'JetStream: what it may use.',
        conditional: 'input.streams == true',
        properties: [
          { name: 'storage', description: 'Size of the volume of each server, as in 10Gi', default: '10Gi' },
        ],
      },
      {
        name: 'resolver',
        description: 'Resolver: where the servers keep the JWTs of accounts that "nats auth account push" sends.',
        properties: resolverLimits,
      },
    ],
  },
  make: (a, world) => {
    const operator = operatorOf(world.operator);
    const js = a['jetstream'] as { storage: string } | undefined;
    const resolver = a['resolver'] as Record<string, unknown>;
    const system = operator.SystemAccount;
    const lines = [
      `# Values of the NATS Helm chart for a cluster of operator ${operator.Name}.`,
      ...[
        'natsBox:',
        '  enabled: false',
        'config:',
        '  cluster:',
        '    enabled: true',
        `    replicas: ${a['replicas']}`,
      ],
      ...[
        '  resolver:',
        '    enabled: true',
        '    merge:',
        '      type: full',
        '      interval: 2m',
        '      timeout: 1.9s',
      ],
      ...[`      allow_delete: ${resolver['allow_delete']}`, `      limit: ${resolver['limit']}`],
      ...(js
        ? [
            '  jetstream:',
            '    enabled: true',
            '    fileStore:',
            '      pvc:',
            `        size: ${JSON.stringify(js.storage)}`,
          ]
        : []),
      ...['  merge:', `    operator: ${operator.JWT}`],
      ...(system
        ? [`    system_account: ${system.Subject}`, '    resolver_preload:', `      ${system.Subject}: ${system.JWT}`]
        : []),
      '',
    ];
    const after = [
      `Helm values for operator ${operator.Name} are in ${world.target}/values.yaml. To start the cluster:`,
      '',
      '   helm repo add nats https://nats-io.github.io/k8s/helm/charts/',
      `   helm upgrade --install nats nats/nats -f ${world.target}/values.yaml`,
    ];
    return { files: new Map([['values.yaml', lines.join('\n')]]), after: after.join('\n') };
  },
};
