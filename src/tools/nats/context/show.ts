// A context as people read it, with what is wrong in it.
import { messageOf } from '#base/errors.ts';
import { paint } from '#base/terminal.ts';
import type { ContextConfig, ContextFile, ContextStore } from '#client/context.ts';
import { secretScheme } from '#runtime/contexts.ts';
import { expandPath } from '#runtime/paths.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns, type Mark } from '#view/columns.ts';
import { contextData, overridesInPlace, withServer } from './fields.ts';

/** What was found out about a context. */
export interface Findings {
  /** Words behind the location of a file or secret: `OK`, `ERROR`, `1Password`. */
  readonly files: Partial<Record<keyof ContextConfig, string>>;
  /** `OK` or why it cannot connect; undefined when that was not tried. */
  readonly connection: string | undefined;
  /** How many things are wrong. */
  readonly errors: number;
}

const locations = ['creds', 'user_jwt', 'user_seed', 'nkey', 'cert', 'key', 'ca'] as const;
type Located = (typeof locations)[number];

/** Looks at the files a context names and, when asked, connects with it. */
export async function examine(runtime: Runtime, name: string, file: ContextFile, connect: boolean): Promise<Findings> {
  const files: Findings['files'] = {};
  let errors = 0;
  for (const key of locations) {
    if (file.config[key] === '') continue;
    const word = await stateOf(runtime, key, file.config[key]);
    if (word === 'ERROR') errors++;
    files[key] = word;
  }
  const connection = connect ? await tryConnection(runtime, name, file.config) : undefined;
  if (connection !== undefined && connection !== 'OK') errors++;
  return { files, connection, errors };
}

const isSecretItself = (key: Located, value: string) =>
  (key === 'user_jwt' && value.startsWith('eyJ')) || (key === 'user_seed' && /^SU[A-Z2-7]{56}$/.test(value.trim()));

async function stateOf(runtime: Runtime, key: Located, location: string): Promise<string> {
  const scheme = secretScheme(location);
  if (scheme === 'op') return '1Password';
  if (scheme === 'nsc') return 'nsc';
  if (scheme === 'env') return 'runtime environment';
  if (scheme === 'data') return 'embedded';
  if (isSecretItself(key, location)) return 'OK';
  const path = expandPath(runtime, location.replace(/^file:\/\//i, ''));
  const readable = await runtime.files.readText(path).then(
    () => true,
    () => false,
  );
  return readable ? 'OK' : 'ERROR';
}

/** Connects with nothing but the context: what flags and variables say does not count. */
async function tryConnection(runtime: Runtime, name: string, config: ContextConfig): Promise<string> {
  const [{ connectSettings }, { settingsFrom }] = await Promise.all([
    import('#runtime/connect.ts'),
    import('#runtime/settings.ts'),
  ]);
  const { timeout, trace } = runtime.globals;
  const bare: Runtime = Object.create(runtime, { globals: { value: { timeout, trace, isSet: () => false } } });
  try {
    const settings = await settingsFrom(bare, { noReconnect: true }, name, config);
    const connection = await connectSettings(runtime, settings);
    await connection.close();
    return 'OK';
  } catch (error) {
    return messageOf(error);
  }
}

function markOf(word: string): Mark {
  return { word, style: word === 'OK' || word === 'embedded' ? 'green' : word === 'ERROR' ? 'red' : 'cyan' };
}

/** The report of `context info`. */
export async function contextText(
  runtime: Runtime,
  store: ContextStore,
  name: string,
  config: ContextConfig,
  findings: Findings,
): Promise<string> {
  const facts = runtime.terminal;
  const report = columns(`NATS Configuration Context ${JSON.stringify(name)}`);
  const located = (label: string, key: Located) => {
    const value = config[key];
    if (value === '') return;
    if (secretScheme(value) === 'data') report.row(label, 'embedded data');
    else {
      const shown = isSecretItself(key, value) ? '*'.repeat(8) : value;
      const word = findings.files[key] ?? '';
      report.row(label, `${shown} (${word})`, markOf(word));
    }
  };
  report
    .rowIfNotEmpty('Description', config.description)
    .rowIfNotEmpty('Server URLs', config.url)
    .rowIfNotEmpty('SOCKS5 Proxy', config.socks_proxy)
    .rowIfNotEmpty('Username', config.user)
    .rowIfNotEmpty('Password', '*'.repeat(config.password.length))
    .rowIfNotEmpty('Token', config.token);
  located('Credentials', 'creds');
  located('User JWT', 'user_jwt');
  located('User Seed', 'user_seed');
  located('NKey', 'nkey');
  if (config.windows_cert_store === '') {
    located('Certificate', 'cert');
    located('Key', 'key');
  } else {
    report
      .row('Certificate Store', config.windows_cert_store)
      .row('Certificate Store Match', config.windows_cert_match)
      .row('Certificate Store Match By', config.windows_cert_match_by)
      .row('Certificate Store CA Match', [...(config.windows_ca_certs_match ?? [])]);
  }
  located('CA', 'ca');
  report
    .rowIf('TLS First', true, config.tls_first)
    .rowIfNotEmpty('JS API Prefix', config.jetstream_api_prefix)
    .rowIfNotEmpty('JS Event Prefix', config.jetstream_event_prefix)
    .rowIfNotEmpty('JS Domain', config.jetstream_domain)
    .rowIfNotEmpty('Inbox Prefix', config.inbox_prefix)
    .rowIfNotEmpty('Path', store.path(name))
    .rowIfNotEmpty('Color Scheme', config.color_scheme);
  if (findings.connection !== undefined)
    report.row('Connection', findings.connection, {
      word: findings.connection,
      style: findings.connection === 'OK' ? 'green' : 'red',
    });
  const overrides = overridesInPlace(runtime);
  const warning = paint('WARNING', 'red', facts);
  const note =
    overrides.length > 0 ? `${warning}: Shell environment overrides in place using ${overrides.join(', ')}\n` : '';
  return `${await columnsText(runtime, report)}\n${note}`;
}

/** Shows a context in the form asked for. */
export async function showContext(
  runtime: Runtime,
  store: ContextStore,
  name: string,
  file: ContextFile,
  options: { connect: boolean; json?: boolean },
): Promise<void> {
  const findings = await examine(runtime, name, file, options.connect && options.json !== true);
  const data = {
    ...contextData(name, file),
    ...(findings.connection === undefined ? {} : { connection: findings.connection }),
  };
  await runtime.show(
    { data, text: () => contextText(runtime, store, name, withServer(file.config), findings) },
    { json: options.json === true },
  );
}
