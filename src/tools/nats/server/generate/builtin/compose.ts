import type { Bundle, Made, MakeWorld } from '../bundle.ts';

/** Clusters joined by gateways, for development. */
export const bundle: Bundle = {
  description: 'Clusters joined by gateways, for Docker Compose',
  files: new Map(),
  form: {
    description:
      'Questions about clusters for development. Every server becomes a container, and "nats" gets contexts for them.',
    properties: [
      { name: 'data', description: 'Folder for the data', default: './data' },
      { name: 'domain', description: 'DNS domain of the network', default: 'nats.internal' },
      { name: 'image', description: 'Image of the servers', default: 'nats:latest' },
      { name: 'clusters', description: 'How many clusters', type: 'integer', default: '3', validation: 'value > 0' },
      {
        name: 'members',
        description: 'How many servers in each',
        type: 'integer',
        default: '3',
        validation: 'value > 0',
      },
      { name: 'port', description: 'Port of the first server', type: 'integer', default: '10000' },
      { name: 'configPath', description: 'Place of the configuration in a container', default: '/nats-server.conf' },
      { name: 'password', description: 'Password of the accounts, empty for no accounts', default: 's3cret' },
      { name: 'jetstream', description: 'Run JetStream', type: 'bool', default: 'true' },
      { name: 'mount', description: 'A further folder for the containers, as in ./here:/there' },
    ],
  },
  make,
};

interface Answers {
  readonly data: string;
  readonly domain: string;
  readonly image: string;
  readonly clusters: number;
  readonly members: number;
  readonly port: number;
  readonly configPath: string;
  readonly password: string;
  readonly jetstream: boolean;
  readonly mount: string;
}

interface Node {
  readonly cluster: string;
  /** Name in its cluster, `n1`. */
  readonly short: string;
  readonly host: string;
  readonly port: number;
}

const quote = JSON.stringify;

function nodesOf(a: Answers): Node[] {
  const nodes: Node[] = [];
  for (let c = 1; c <= a.clusters; c++) {
    for (let n = 1; n <= a.members; n++) {
      const port = a.port + (c - 1) * 100 + n - 1;
      nodes.push({ cluster: `c${c}`, short: `n${n}`, host: `n${n}.c${c}.${a.domain}`, port });
    }
  }
  return nodes;
}

function make(answers: Record<string, unknown>, { target }: MakeWorld): Made {
  const a = answers as unknown as Answers;
  const nodes = nodesOf(a);
  const clusters = [...new Set(nodes.map((n) => n.cluster))];
  const files = new Map([
    ['cluster.conf', serverConfig(a, nodes, clusters)],
    ['docker-compose.yaml', compose(a, nodes, clusters)],
    ['cli/context.txt', 'user'],
  ]);
  for (const account of ['user', 'system'] as const) {
    for (const cluster of clusters) {
      const name = account === 'user' ? cluster : `system_${cluster}`;
      files.set(`cli/context/${name}.json`, context(a, nodes, account, cluster, false));
    }
    files.set(`cli/context/${account}.json`, context(a, nodes, account, clusters[0] ?? '', true));
  }
  const after = [
    `Generated ${a.clusters} clusters of ${a.members} servers each`,
    '',
    `               JetStream: ${a.jetstream ? 'yes' : 'no'}`,
    `              DNS Domain: ${a.domain}`,
    `            Docker Image: ${a.image}`,
    ...(a.password
      ? [`         System Password: system / ${a.password}`, `           User Password: user / ${a.password}`]
      : []),
    '',
    ...nodes.map((n) => `  ${n.host}:${n.port}`),
    '',
    `In ${target}, "docker compose up" starts them and "docker compose run cli.${a.domain}" a shell.`,
  ];
  return { files, after: after.join('\n') };
}

function serverConfig(a: Answers, nodes: readonly Node[], clusters: readonly string[]): string {
  const members = nodes.filter((n) => n.cluster === clusters[0]);
  const gateways = clusters.map((cluster) => {
    const urls = nodes.filter((n) => n.cluster === cluster).map((n) => quote(`nats://${n.host}:7222`));
    return `    { name: ${cluster}, urls: [${urls.join(', ')}] }`;
  });
  const users = (name: string, extra: string) =>
    `  ${name}: { ${extra}users: [ {user: ${name}, password: ${quote(a.password)}} ] }`;
  return [
    '# One configuration for all servers; what differs comes from the environment.',
    ...['server_name: $NAME', 'server_tags: $GATEWAY', 'port: 4222', 'http_port: 8222', 'client_advertise: $ADVERTISE'],
    ...(a.jetstream ? ['jetstream: { store_dir: "/data" }'] : []),
    ...['cluster {', '  name: $GATEWAY', '  port: 6222', '  routes: ['],
    ...members.map((n) => `    "nats-route://${n.short}:6222"`),
    ...['  ]', '}', 'gateway {', '  name: $GATEWAY', '  port: 7222', '  gateways: [', ...gateways, '  ]', '}'],
    ...(a.password
      ? [
          ...['accounts {', users('user', a.jetstream ? 'jetstream: enabled, ' : ''), users('system', '')],
          ...['}', 'system_account: system'],
        ]
      : []),
    '',
  ].join('\n');
}

function compose(a: Answers, nodes: readonly Node[], clusters: readonly string[]): string {
  const mount = a.mount ? [`      - ${quote(a.mount)}`] : [];
  const service = (n: Node): string[] => [
    ...[`  ${n.host}:`, `    image: ${quote(a.image)}`, `    dns_search: ${n.cluster}.${a.domain}`],
    ...[`    command: ["--config", ${quote(a.configPath)}]`, '    environment:', `      GATEWAY: ${n.cluster}`],
    ...[`      NAME: ${n.short}.${n.cluster}`, `      ADVERTISE: ${n.host}:${n.port}`, '    networks:'],
    // In its own network a server is known by its short name too: routes use that.
    ...['      shared: {}', `      ${n.cluster}:`, '        aliases:', `          - ${n.short}`, '    ports:'],
    ...[`      - "${n.port}:4222"`, '    volumes:', `      - ${quote(`./cluster.conf:${a.configPath}`)}`],
    ...[`      - ${quote(`${a.data}/${n.short}.${n.cluster}:/data`)}`, ...mount],
  ];
  return [
    'services:',
    ...[
      `  cli.${a.domain}:`,
      '    image: natsio/nats-box:latest',
      `    dns_search: ${a.domain}`,
      '    entrypoint: /bin/sh',
    ],
    ...['    tty: true', '    stdin_open: true', '    networks:', '      shared: {}', '    volumes:'],
    ...['      - "./cli:/root/.config/nats"', ...mount],
    ...nodes.flatMap(service),
    ...['networks:', '  shared: {}', ...clusters.map((cluster) => `  ${cluster}: {}`), ''],
  ].join('\n');
}

function context(
  a: Answers,
  nodes: readonly Node[],
  account: 'user' | 'system',
  cluster: string,
  main: boolean,
): string {
  const own = nodes.filter((n) => n.cluster === cluster);
  const document = {
    description: `${account === 'user' ? 'User' : 'System'} account${main ? '' : ` in cluster ${cluster}`}`,
    url: own.map((n) => `nats://${n.host}:4222`).join(','),
    ...(a.password ? { user: account, password: a.password } : {}),
    color_scheme: account === 'user' ? 'green' : 'red',
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
