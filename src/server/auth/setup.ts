/** Accounts and logins of a server from its options; loaded only when the options have any. */
import { buildAccounts } from '../accounts/build.ts';
import type { SharedAccount } from '../accounts/model.ts';
import { activate, coreAccount } from '../accounts/runtime.ts';
import type { ServerState } from '../core/types.ts';
import type { ServerOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { addSystemExports } from '../system/exports.ts';
import { configuredLogin, type LoginParts, loginTable, plainSecrets } from './login.ts';

/** All accounts of a server that take part in sharing, by name. */
export type Directory = Map<string, SharedAccount>;

/** Makes the configured accounts run. Throws when they contradict each other. */
export function setupAccounts(srv: ServerState, options: ServerOptions): Directory {
  const problems: string[] = [];
  const directory = buildAccounts(options, (message) => problems.push(message));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  for (const [name, account] of directory) {
    const core = coreAccount(srv, name);
    account.core = core;
    const limits = options.accounts?.[name]?.limits;
    core.maxConnections = limits?.connections ?? -1;
    core.maxSubs = limits?.subscriptions ?? -1;
    core.maxPayload = limits?.payload ?? -1;
  }
  const system = options.systemAccount ?? (directory.has('$SYS') ? '$SYS' : '');
  if (system !== '' && options.operator === undefined) {
    const found = srv.accounts.get(system);
    if (found === undefined) throw new Error(`error resolving system account: account missing (${system})`);
    srv.systemAccount = found;
    if (system !== '$SYS') srv.accounts.delete('$SYS');
  }
  const shared = directory.get(srv.systemAccount.name);
  if (shared !== undefined && options.noSystemAccount !== true) addSystemExports(shared);
  for (const account of directory.values()) activate(srv, account);
  return directory;
}

/** Sets the server's authenticator for configured users. */
export function setupLogin(srv: ServerState, options: ServerOptions, parts: LoginParts = {}): void {
  const table = loginTable(srv, options);
  srv.auth = configuredLogin(srv, options, table, parts);
}

/** Accounts and logins as the options say, configured or by JWTs. */
export async function setup(run: Running): Promise<void> {
  const { srv, options } = run;
  const op = options.operator;
  if ((op?.operators?.length ?? 0) + (op?.trustedKeys?.length ?? 0) > 0) {
    const { setupOperator } = await import('./operator.ts');
    await setupOperator(run);
    return;
  }
  run.directory = setupAccounts(srv, options);
  await prepareLogin(run, options);
  setupLogin(srv, options, run.loginParts);
  if (plainSecrets(options, run.loginParts?.userOfCertificate !== undefined)) {
    srv.logger?.log('warn', 'Plaintext passwords detected, use nkeys or bcrypt');
  }
}

/** Loads what logins need beyond names and passwords. */
export async function prepareLogin(run: Running, options: ServerOptions): Promise<void> {
  if (options.tls?.verifyAndMap === true || options.websocket?.tls?.verifyAndMap === true) {
    const { userOfCertificate } = await import('./certificate-user.ts');
    run.loginParts.userOfCertificate = userOfCertificate;
  }
  delete run.loginParts.callout;
  if (options.auth?.callout !== undefined) {
    const { configuredCallout } = await import('./configured-callout.ts');
    run.loginParts.callout = configuredCallout(run, options.auth.callout);
  }
}
