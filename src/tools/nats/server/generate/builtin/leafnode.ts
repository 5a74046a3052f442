import type { Bundle } from '../bundle.ts';

/** A leaf node of Synadia Cloud. */
export const bundle: Bundle = {
  description: 'Configuration of a leaf node of Synadia Cloud',
  files: new Map(),
  form: {
    description: 'Questions about a server that is a leaf node of Synadia Cloud.',
    properties: [
      { name: 'port', description: 'Port for clients', type: 'integer', default: '4222' },
      { name: 'monitor_port', description: 'Port for monitoring, 0 for none', type: 'integer', default: '0' },
      { name: 'jetstream', description: 'Run JetStream here', type: 'bool', default: 'false' },
      {
        ...{ name: 'store_dir', description: 'Folder of JetStream', default: 'data' },
        conditional: 'input.jetstream == true',
      },
      {
        ...{ name: 'jetstream_domain', description: 'JetStream domain of the leaf node', default: 'LEAF' },
        conditional: 'input.jetstream == true',
      },
      { name: 'credentials', description: 'Credentials file of the account', required: true, default: 'ngs.creds' },
    ],
  },
  make: (a, { target }) => {
    const quote = JSON.stringify;
    const lines = [
      '# A leaf node of Synadia Cloud.',
      `listen: "0.0.0.0:${a['port']}"`,
      ...(a['monitor_port'] ? [`http_port: ${a['monitor_port']}`] : []),
      ...(a['jetstream']
        ? ['', 'jetstream {', `  store_dir: ${quote(a['store_dir'])}`, `  domain: ${quote(a['jetstream_domain'])}`, '}']
        : []),
      ...['', 'leafnodes {', '  remotes: ['],
      `    { url: "tls://connect.ngs.global", credentials: ${quote(a['credentials'])} }`,
      ...['  ]', '}', ''],
    ];
    const after = [
      `A leaf node configuration is in ${target}/leafnode.conf`,
      '',
      `     Credentials: ${a['credentials']}`,
      `     Client Port: ${a['port']}`,
      `       JetStream: ${a['jetstream'] ? `yes, in "${a['store_dir']}"` : 'no'}`,
      '',
      `Put the credentials of the account into "${a['credentials']}", then run:`,
      '',
      '   nats-server --config leafnode.conf',
    ];
    return { files: new Map([['leafnode.conf', lines.join('\n')]]), after: after.join('\n') };
  },
};
