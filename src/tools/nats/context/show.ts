// How a context reads, and what is wrong with the files it names.
import { messageOf } from '#base/errors.ts';
import { any, bool, recordOf, str } from '#cli/schema.ts';
import type { ContextConfig, ContextFile } from '#client/context.ts';
import { secretScheme } from '#runtime/contexts.ts';
import { expandPath } from '#runtime/paths.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';

/** Shape of a context as data: the file with its name in front. */
export const contextSchema = {
  type: 'object',
  properties: { name: str, description: str, url: str, tls_first: bool, windows_ca_certs_match: any },
  required: ['name', 'url'],
} as const;
export const contextOutput = recordOf(contextSchema);

/** A context as data. Fields we do not know follow at the end. */
export function contextDocument(name: string, file: ContextFile): Record<string, unknown> {
  return { name, ...file.config, ...file.unknown };
}

/** A context's report and how many problems were found. */
export interface Checked {
  readonly text: string;
  readonly problems: number;
}

const files = [
  ['Credentials', 'creds'],
  ['User JWT', 'user_jwt'],
  ['User Seed', 'user_seed'],
  ['NKey', 'nkey'],
] as const satisfies readonly (readonly [string, keyof ContextConfig])[];

/** The report of one context; `connect` also tries to connect. */
export async function contextReport(
  runtime: Runtime,
  name: string,
  path: string,
  file: ContextFile,
  connect: boolean,
): Promise<Checked> {
  const { config } = file;
  let problems = 0;
  const state = async (location: string) => {
    const verdict = await locationState(runtime, location);
    if (verdict === 'ERROR') problems++;
    return `${location} (${verdict})`;
  };
  const report = columns(`NATS Configuration Context ${JSON.stringify(name)}`);
  report.rowIfNotEmpty('Description', config.description);
  report.rowIfNotEmpty('Server URLs', config.url);
  report.rowIfNotEmpty('SOCKS5 Proxy', config.socks_proxy);
  report.rowIfNotEmpty('Username', config.user);
  report.rowIfNotEmpty('Password', '*'.repeat([...config.password].length));
  // A token is a password by another name, and is masked as one.
  report.rowIfNotEmpty('Token', '*'.repeat([...config.token].length));
  for (const [label, key] of files) {
    const location = config[key];
    if (location.startsWith('data:')) report.row(label, 'embedded data');
    else if (isSecret(location)) report.row(label, '*'.repeat(8));
    else if (location !== '') report.row(label, await state(location));
  }
  if (config.windows_cert_store !== '') addWindows(report, config);
  else {
    if (config.cert !== '') report.row('Certificate', await state(config.cert));
    if (config.key !== '') report.row('Key', await state(config.key));
  }
  if (config.ca !== '') report.row('CA', await state(config.ca));
  report.rowIf('TLS First', true, config.tls_first);
  report.rowIfNotEmpty('JS API Prefix', config.jetstream_api_prefix);
  report.rowIfNotEmpty('JS Event Prefix', config.jetstream_event_prefix);
  report.rowIfNotEmpty('JS Domain', config.jetstream_domain);
  report.rowIfNotEmpty('Inbox Prefix', config.inbox_prefix);
  report.row('Path', path);
  report.rowIfNotEmpty('Color Scheme', config.color_scheme);
  if (connect) {
    const trouble = await tryConnect(runtime, name, config);
    if (trouble !== undefined) problems++;
    report.row('Connection', trouble ?? 'OK');
  }
  return { text: `${columnsText(runtime, report)}\n${await overrides(runtime)}`, problems };
}

function addWindows(report: Columns, config: ContextConfig): void {
  report.row('Certificate Store', config.windows_cert_store);
  report.row('Certificate Store Match', config.windows_cert_match);
  report.row('Certificate Store Match By', config.windows_cert_match_by);
  report.row('Certificate Store CA Match', config.windows_ca_certs_match ?? []);
}

/** Seeds and tokens that stand in the context itself. */
function isSecret(text: string): boolean {
  return /^S[OAUNCX][A-Z2-7]{40,}$/.test(text) || /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

async function locationState(runtime: Runtime, location: string): Promise<string> {
  const scheme = secretScheme(location);
  if (scheme === 'op') return '1Password';
  if (scheme === 'nsc') return 'nsc';
  if (scheme === 'env') return 'runtime environment';
  const path = scheme === 'file' ? location.slice('file://'.length) : location;
  if (path === '') return 'ERROR';
  const stat = await runtime.files.stat(expandPath(runtime, path)).catch(() => undefined);
  return stat?.kind === 'file' ? 'OK' : 'ERROR';
}

/** What keeps us from connecting with this context alone, or undefined. */
async function tryConnect(runtime: Runtime, name: string, config: ContextConfig): Promise<string | undefined> {
  const { settingsFrom } = await import('#runtime/settings.ts');
  const { connect } = await import('#client/connect.ts');
  // What the environment says must not mend a context that is wrong.
  const bare: Runtime = { ...runtime, globals: { timeout: runtime.globals['timeout'], isSet: () => false } };
  try {
    const settings = await settingsFrom(bare, { noReconnect: true }, name, config);
    const connection = await connect({ ...settings.client, servers: settings.servers });
    await connection.close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const variables = [
  'NATS_URL',
  'NATS_USER',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  'NATS_CREDS',
  'NATS_NKEY',
  'NATS_JWT',
  'NATS_SEED',
  'NATS_CERT',
  'NATS_KEY',
  'NATS_CA',
  'NATS_TIMEOUT',
  'NATS_SOCKS_PROXY',
  'NATS_COLOR',
];

async function overrides(runtime: Runtime): Promise<string> {
  const set = variables.filter((name) => runtime.env(name));
  return set.length > 0 ? `WARNING: Shell environment overrides in place using ${set.join(', ')}\n` : '';
}
