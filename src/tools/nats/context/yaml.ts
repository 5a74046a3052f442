import { emitYaml } from '#base/yaml-emit.ts';
import type { ContextConfig, ContextFile } from '#client/context.ts';

/** Settings in the order of the editor, with what stands above them. */
const layout: readonly (readonly [note: string, ...keys: (keyof ContextConfig)[]])[] = [
  ['What this context is for', 'description'],
  ['Servers, a comma between', 'url'],
  ['User and password; the password may also be a location, as below', 'user', 'password'],
  [
    [
      'Credentials: a path, or one of',
      '  file:///path            a file',
      '  env://NAME              a variable of the environment',
      '  op://vault/item/field   1Password, by its program op',
      '  nsc://Op/Account/User   what nsc keeps',
      '  data:;base64,TEXT       the credentials themselves',
    ].join('\n'),
    'creds',
  ],
  ['Seed of a user nkey, the same kinds of location', 'nkey'],
  ['A user JWT with its seed, in place of credentials: the text itself or a location', 'user_jwt', 'user_seed'],
  ['Token, the text itself or a location', 'token'],
  ['Client certificate and its key, PEM files', 'cert', 'key'],
  ['Authorities to trust, a PEM file', 'ca'],
  ['TLS before the server says anything', 'tls_first'],
  [
    'Certificates of the Windows store: user or machine; matched by subject or issuer',
    'windows_cert_store',
    'windows_cert_match',
    'windows_cert_match_by',
    'windows_ca_certs_match',
  ],
  ['First tokens of reply subjects', 'inbox_prefix'],
  ['Look of tables: rounded, double, yellow, blue, cyan, green, magenta or red', 'color_scheme'],
  [
    'JetStream domain, or the prefixes of an imported JetStream',
    'jetstream_domain',
    'jetstream_api_prefix',
    'jetstream_event_prefix',
  ],
  ['SOCKS5 proxy: socks5://host:1080', 'socks_proxy'],
];

/** A context as YAML for the editor, every setting with a note. Settings we do not know stand at the end. */
export function contextYaml(file: ContextFile): string {
  const blocks = layout.map(([note, ...keys]) => {
    const comment = note.replace(/^/gm, '# ');
    const values = Object.fromEntries(keys.map((key) => [key, file.config[key]]));
    return `${comment}\n${emitYaml(values).trimEnd()}\n`;
  });
  const { nsc } = file.config;
  if (nsc !== '') blocks.push(`# Old form of nsc:// in creds\n${emitYaml({ nsc }).trimEnd()}\n`);
  if (Object.keys(file.unknown).length > 0) blocks.push(emitYaml(file.unknown));
  return blocks.join('\n');
}
