// What every command starts from: the directories, nsc.json, the current operator and account, the keystore.

import { type BoxError, fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { isVersion1 } from '#crypto/header.ts';
import type { Runtime } from '#runtime/runtime.ts';
import {
  type Config,
  type CwdContext,
  cwdContext,
  isCwdOnly,
  listOperators,
  readConfig,
  settleConfig,
  writeConfig,
} from '#store/config.ts';
import { type Dirs, resolveDirs, shortPath } from '#store/dirs.ts';
import { type Disk, openDisk } from '#store/disk.ts';
import { type KeyStore, openKeyStore } from '#store/keystore.ts';
import { type LockOptions, lockDir } from '#store/lock.ts';
import { openStore, type Store } from '#store/store.ts';

/** nsc for the length of one command. */
export interface Nsc {
  readonly runtime: Runtime;
  readonly dirs: Dirs;
  readonly disk: Disk;
  readonly config: Config;
  readonly keys: KeyStore;
  /** What the current directory told. */
  readonly cwd: CwdContext | undefined;
  /** Value of -K; empty when not given. */
  readonly keyFlag: string;
  /** Whether -i was given. */
  readonly interactive: boolean;
  /** Unix seconds. */
  now(): number;
  operators(): Promise<string[]>;
  /** The store of the current operator, or of another one. */
  store(operator?: string): Promise<Store>;
  /** Makes a directory the one that holds the operators, and keeps that. */
  useStores(dir: string): Promise<void>;
  /** Makes an operator current and keeps that; fails with not-found. */
  useOperator(name: string): Promise<void>;
  /** Makes an account of the current operator current; `keep` writes it to nsc.json. */
  useAccount(name: string, keep?: boolean): Promise<void>;
  saveConfig(): void;
  /**
   * From now until the command ends no other nsc writes below the directory of the stores; `create` makes a missing one,
   * `look` is for who writes nsc.json alone.
   */
  lock(options?: LockOptions): Promise<void>;
  /** Writes what was collected; nothing under --plan. */
  commit(): Promise<void>;
}

export interface OpenOptions {
  /** Commands that work on tokens of version 1, or on an old keystore. */
  readonly allowOldStore?: boolean;
  readonly allowOldKeys?: boolean;
}

/** Opens nsc as the flags, the environment and nsc.json say. The first use makes nsc.json and the stores directory. */
export async function openNsc(runtime: Runtime, options: OpenOptions = {}): Promise<Nsc> {
  await runtime.files.forSeveral();
  const dirs = await resolveDirs(runtime);
  const disk = openDisk(runtime);
  const cwdOnly = isCwdOnly(runtime);
  const found = cwdOnly ? undefined : await readConfig(disk, dirs);
  const config: Config = found ?? { store_root: '', operator: '', account: '', github_updates: '', last_update: 0 };
  const now = () => Number(runtime.clock.now() / 1_000_000_000n);
  let cwd: CwdContext | undefined;
  if (!found && !cwdOnly) {
    Object.assign(config, { store_root: dirs.stores, github_updates: 'nats-io/nsc', last_update: now() });
    await settleConfig(disk, config);
    if (!runtime.contract.plan) {
      disk.mkdir(dirs.config);
      disk.mkdir(dirs.stores);
      writeConfig(disk, dirs, config);
      await disk.commit();
    }
  } else {
    cwd = await cwdContext(runtime, disk);
    if (cwd) {
      config.store_root = cwd.storeRoot;
      if (cwd.operator !== undefined) config.operator = cwd.operator;
      if (cwd.account !== undefined) config.account = cwd.account;
    }
  }
  if (dirs.storesGiven) config.store_root = dirs.stores;
  await settleConfig(disk, config);
  const nsc = makeNsc(runtime, dirs, disk, config, cwd, cwdOnly);
  if (!options.allowOldStore) await refuseOldStore(nsc);
  if (!options.allowOldKeys) await refuseOldKeys(nsc);
  return nsc;
}

function makeNsc(
  runtime: Runtime,
  dirs: Dirs,
  disk: Disk,
  config: Config,
  cwd: CwdContext | undefined,
  cwdOnly: boolean,
): Nsc {
  const { plan } = runtime.contract;
  let unlock: (() => Promise<void>) | undefined;
  const release = async () => {
    await unlock?.();
    unlock = undefined;
  };
  const nsc: Nsc = {
    runtime,
    dirs,
    disk,
    config,
    cwd,
    keys: openKeyStore(runtime, disk, dirs.keys),
    keyFlag: (runtime.globals['private-key'] as string | undefined) ?? '',
    interactive: runtime.globals.interactive === true,
    now: () => Number(runtime.clock.now() / 1_000_000_000n),
    operators: () => listOperators(disk, config.store_root),
    async store(operator = config.operator) {
      if (config.store_root === '') throw fail('not-found', 'no stores available', { hint: 'nsc env --store DIR' });
      if (operator === '') {
        throw fail('not-found', "set an operator -- 'nsc env -o operatorName'", { hint: 'nsc list operators' });
      }
      return openStore(disk, join(config.store_root, operator));
    },
    async useStores(dir) {
      config.store_root = dir;
      await settleConfig(disk, config);
      nsc.saveConfig();
    },
    async useOperator(name) {
      if (!(await nsc.operators()).includes(name)) {
        throw fail('not-found', `operator ${JSON.stringify(name)} not in \`${config.store_root}\``, {
          hint: 'nsc list operators shows what is there',
        });
      }
      config.operator = name;
      await settleConfig(disk, config);
      nsc.saveConfig();
    },
    async useAccount(name, keep = true) {
      if (!(await (await nsc.store()).hasAccount(name))) throw noAccount(config, name);
      config.account = name;
      if (keep) nsc.saveConfig();
    },
    saveConfig() {
      if (!cwdOnly) writeConfig(disk, dirs, config);
    },
    async lock(options) {
      if (unlock || plan) return;
      unlock = await lockDir(runtime, config.store_root || dirs.stores, options);
      runtime.onExit(release);
    },
    async commit() {
      if (!plan) await disk.commit();
      await release();
    },
  };
  return nsc;
}

function noAccount(config: Config, name: string): BoxError {
  const where = `for operator ${JSON.stringify(config.operator)} in \`${config.store_root}\``;
  return fail('not-found', `${JSON.stringify(name)} not in accounts ${where}`, {
    hint: 'nsc list accounts shows what is there',
  });
}

async function refuseOldStore(nsc: Nsc): Promise<void> {
  if (nsc.config.operator === '') return;
  const token = await nsc
    .store()
    .then((store) => store.operatorToken())
    .catch(() => '');
  if (!isVersion1(token)) return;
  const { readClaims } = await import('#crypto/jwt.ts');
  const operator = readClaims(token);
  if (operator.kind !== 'operator' || operator.nats.version !== 1) return;
  throw fail('error', `the store of operator ${JSON.stringify(operator.name)} holds tokens of version 1`, {
    hint: 'with the operator key type "nsc upgrade-jwt", for a managed operator "nsc add operator --force -u URL"',
  });
}

async function refuseOldKeys(nsc: Nsc): Promise<void> {
  if (!(await hasOldKeys(nsc.disk, nsc.dirs.keys))) return;
  throw fail('error', `the keystore \`${shortPath(nsc.runtime, nsc.dirs.keys)}\` needs migration`, {
    hint: 'nsc keys migrate',
  });
}

/** Whether there are keys or creds outside the directories made for them: the layout before nsc 0.3. */
export async function hasOldKeys(disk: Disk, dir: string): Promise<boolean> {
  const below = (await disk.list(dir).catch(() => [])).filter((name) => name !== 'keys' && name !== 'creds');
  return anyOld(disk, dir, below);
}

async function anyOld(disk: Disk, dir: string, names: readonly string[]): Promise<boolean> {
  if (names.some((name) => name.endsWith('.nk') || name.endsWith('.creds'))) return true;
  for (const name of names) {
    // Tokens are no directories, and there may be thousands of them.
    if (name.endsWith('.jwt') || name === '.gitignore' || name === 'nsc.json') continue;
    const path = join(dir, name);
    if (await anyOld(disk, path, await disk.list(path).catch(() => []))) return true;
  }
  return false;
}
