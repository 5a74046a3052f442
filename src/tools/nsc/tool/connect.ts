// Connections that nsc makes: as a user of the store, or as one of the system account.
import { fail } from '#base/errors.ts';
import { connect } from '#client/connect.ts';
import type { Connection, ConnectOptions, TlsOptions } from '#client/types.ts';
import { expandPath } from '#store/dirs.ts';
import { accountName, onlyUser } from '../account.ts';
import type { Nsc } from '../nsc.ts';

/** Values of the flags about TLS. */
export interface TlsValues {
  readonly 'tls-first': boolean;
  readonly 'ca-cert': string | undefined;
  readonly 'client-cert': string | undefined;
  readonly 'client-key': string | undefined;
  readonly 'tls-curves': string | undefined;
}

const CURVES: Readonly<Record<string, string>> = {
  p256: 'P-256',
  p384: 'P-384',
  p521: 'P-521',
  x25519: 'X25519',
};

function curvesOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const found = text.split(',').map((given) => {
    const curve =
      CURVES[
        given
          .trim()
          .toLowerCase()
          .replace(/^curve/, '')
      ];
    if (curve) return curve;
    throw fail('usage', `unknown TLS curve ${JSON.stringify(given)} (accepted: P256, P384, P521, X25519)`);
  });
  return found.join(':');
}

/** TLS as the flags say, then NATS_CA, NATS_CERT and NATS_KEY; undefined when nothing asks for it. */
function tlsOf({ runtime }: Nsc, flags: Partial<TlsValues>): TlsOptions | undefined {
  const path = (given: string | undefined) => (given ? expandPath(runtime, given) : undefined);
  const caFile = path(flags['ca-cert'] || runtime.env('NATS_CA'));
  const certFile = path(flags['client-cert'] || runtime.env('NATS_CERT'));
  const keyFile = path(flags['client-key'] || runtime.env('NATS_KEY'));
  const curves = curvesOf(flags['tls-curves']);
  const first = flags['tls-first'] === true;
  if (!caFile && !certFile && !keyFile && !curves && !first) return undefined;
  return {
    ...(caFile ? { caFile } : {}),
    ...(certFile ? { certFile } : {}),
    ...(keyFile ? { keyFile } : {}),
    ...(curves ? { curves } : {}),
    ...(first ? { first } : {}),
  };
}

/** Connects under a name; the connection is closed when the command ends. */
export async function connectNsc(
  nsc: Nsc,
  servers: readonly string[],
  login: Pick<ConnectOptions, 'creds' | 'jwt' | 'nkeySeed'>,
  flags: Partial<TlsValues>,
  name: string,
): Promise<Connection> {
  const { runtime } = nsc;
  const tls = tlsOf(nsc, flags);
  const connection = await connect({
    servers,
    name,
    timeout: 5000,
    reconnectWait: 2000,
    maxReconnects: 300,
    ...login,
    ...(tls ? { tls } : {}),
  });
  connection.on('disconnect', ({ error }) => {
    if (!connection.isClosed) runtime.err.line(`Disconnected: ${error?.message ?? 'will attempt reconnects for 10m'}`);
  });
  connection.on('reconnect', ({ server }) => runtime.err.line(`Reconnected [${server}]`));
  runtime.onExit(() => connection.close());
  return connection;
}

/** What the tools take. */
export interface ToolValues extends Partial<TlsValues> {
  readonly account: string | undefined;
  readonly user: string | undefined;
  readonly nats?: string | undefined;
}

/** Connects as a user of the store with the creds that were made for it. */
export async function connectUser(nsc: Nsc, flags: ToolValues, name: string): Promise<Connection> {
  const { chosenAccount, chosenUser } = await import('../ask/choose.ts');
  const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
  const hint = `nsc list users --account ${account}`;
  const user = (await chosenUser(nsc, account, flags.user)) || (await onlyUser(nsc, account));
  if (!user) throw fail('usage', 'a user is required', { hint });
  const store = await nsc.store();
  const path = nsc.keys.credsPath(store.info.name, account, user);
  if ((await nsc.disk.read(path).catch(() => undefined)) === undefined) {
    throw fail('not-found', `no creds of user ${JSON.stringify(user)}: stat \`${path}\``, { hint });
  }
  const servers = flags.nats ? [flags.nats] : (await store.operator()).nats.operator_service_urls;
  if (servers.length === 0) {
    throw fail('usage', `operator ${JSON.stringify(store.info.name)} doesn't have operator_service_urls set`, {
      hint: 'nsc edit operator --service-url URL, or give --nats URL',
    });
  }
  const creds = async () => (await nsc.disk.read(path)) ?? '';
  return connectNsc(nsc, servers, { creds }, flags, name);
}
