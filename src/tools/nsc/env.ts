import { fail } from '#base/errors.ts';
import { bool, nullable, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { isCwdOnly } from '#store/config.ts';
import { defaultDataDir, expandPath, shortPath } from '#store/dirs.ts';
import { type NscRow, renderNscTable } from '#view/nsc-table.ts';
import { type Nsc, openNsc } from './nsc.ts';

/** `nsc env` */
export const command = defineCommand({
  name: 'env',
  help:
    'Show where everything is, or choose the stores directory, operator and account\n\n' +
    'What is chosen stays chosen: it is kept in nsc.json.',
  flags: {
    store: { type: 'string', short: 's', help: 'Directory that holds the operators' },
    operator: { type: 'string', short: 'o', help: 'Name of the operator' },
    account: { type: 'string', short: 'a', help: 'Name of the account' },
  },
  examples: ['nsc env', 'nsc env --operator ACME --account ORDERS'],
  tags: { scope: 'local', impact: 'rw' },
  output: record({
    config_dir: str,
    keystore_dir: str,
    default_stores_dir: str,
    stores_dir: str,
    from_cwd: bool,
    operator: str,
    account: str,
    root_ca: nullable(str),
  }),
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime, { allowOldStore: true });
    const { store, operator, account } = flags;
    if (store || operator || account) {
      if (isCwdOnly(runtime)) {
        throw fail('usage', '$NSC_CWD_ONLY is set - change your cwd to change context');
      }
      await nsc.lock({ look: true });
      await chooseContext(nsc, store ? expandPath(runtime, store) : undefined, operator, account);
      await nsc.commit();
    }
    const data = {
      config_dir: nsc.dirs.config,
      keystore_dir: nsc.dirs.keys,
      default_stores_dir: await defaultDataDir(runtime, 'stores'),
      stores_dir: nsc.config.store_root,
      from_cwd: nsc.cwd !== undefined,
      operator: nsc.config.operator,
      account: nsc.config.account,
      root_ca: runtime.env('NATS_CA')?.trim() ?? null,
    };
    await runtime.show({ data, text: () => envText(nsc, data) });
  },
});

/** Makes a stores directory, operator or account the current one. */
export async function chooseContext(
  nsc: Nsc,
  store: string | undefined,
  operator: string | undefined,
  account: string | undefined,
): Promise<void> {
  if (store !== undefined) await nsc.useStores(store);
  if (operator) await nsc.useOperator(operator);
  if (account) await nsc.useAccount(account);
}

interface EnvData {
  readonly config_dir: string;
  readonly keystore_dir: string;
  readonly default_stores_dir: string;
  readonly stores_dir: string;
  readonly from_cwd: boolean;
  readonly operator: string;
  readonly account: string;
  readonly root_ca: string | null;
}

function envText({ runtime }: Nsc, data: EnvData): string {
  const short = (path: string) => shortPath(runtime, path);
  const row = (name: string, value: string): NscRow => [
    `$${name}`,
    runtime.env(name.split(' ')[0] as string) === undefined ? 'No' : 'Yes',
    value,
  ];
  const rows: NscRow[] = [
    row('XDG_CONFIG_HOME', runtime.env('XDG_CONFIG_HOME') ?? ''),
    row('XDG_DATA_HOME', runtime.env('XDG_DATA_HOME') ?? ''),
    row('NSC_CWD_ONLY', 'If set, default operator/account from cwd only'),
    row('NSC_NO_GIT_IGNORE', 'If set, no .gitignore files written'),
    row('NKEYS_PATH (deprecated)', short(data.keystore_dir)),
    row('NSC_HOME (deprecated)', short(data.config_dir)),
    row('NATS_CA', 'If set, root CAs in the referenced file will be used for nats connections'),
    ['', '', 'If not set, will default to the system trust store'],
    row('NATS_KEY', 'If set, the tls key in the referenced file will be used for nats connections'),
    row('NATS_CERT', 'If set, the tls cert in the referenced file will be used for nats connections'),
    'separator',
    ['From CWD', '', data.from_cwd ? 'Yes' : 'No'],
    ['Default Stores Dir', '', short(data.default_stores_dir)],
    ['Current Store Dir', '', data.stores_dir === '' ? 'Not Set' : short(data.stores_dir)],
    ['Current Operator', '', data.operator],
    ['Current Account', '', data.account],
    ['Root CAs to trust', '', data.root_ca === null ? 'Default: System Trust Store' : `File: ${data.root_ca}`],
  ];
  const table = { title: 'NSC Environment', headers: ['Setting', 'Set', 'Effective Value'], rows };
  return `${renderNscTable(table, runtime.terminal)}\n`;
}
