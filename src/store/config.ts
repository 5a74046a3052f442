// nsc.json: where the stores are, and which operator and account are current.
import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { basename, dirname, join, sep } from '#base/path.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Dirs } from './dirs.ts';
import type { Disk } from './disk.ts';
import { isFileName } from './names.ts';

/** nsc.json, in the order it is written. Fields of other versions are kept. */
export interface Config {
  store_root: string;
  operator: string;
  account: string;
  github_updates: string;
  /** Unix seconds. */
  last_update: number;
}

/** What the current directory tells when it is inside a store, or holds operators. */
export interface CwdContext {
  readonly storeRoot: string;
  readonly operator?: string;
  readonly account?: string;
}

/** The file .nsc of an operator's directory. */
export interface StoreInfo {
  readonly managed: boolean;
  readonly name: string;
  readonly kind: string;
  readonly version: string;
}

/** Whether NSC_CWD_ONLY is set: nsc.json is neither read nor written. */
export function isCwdOnly(runtime: Runtime): boolean {
  return runtime.env('NSC_CWD_ONLY') !== undefined;
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fail('error', `\`${path}\` is not a JSON object`, { hint: 'repair the file, or move it away' });
}

/** The facts of an operator's directory; undefined when it is none. */
export async function readStoreInfo(disk: Disk, dir: string): Promise<StoreInfo | undefined> {
  const path = join(dir, '.nsc');
  const text = await disk.read(path).catch(() => undefined);
  if (text === undefined) return undefined;
  const { managed, name, kind, version } = parseObject(text, path);
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  return { managed: managed === true, name: word(name), kind: word(kind), version: word(version) };
}

async function operatorAt(disk: Disk, dir: string): Promise<string | undefined> {
  const info = await readStoreInfo(disk, dir);
  return info?.kind === 'operator' && info.name !== '' ? info.name : undefined;
}

/** Looks for an operator in the current directory, then directly below it, then above it. */
export async function cwdContext(runtime: Runtime, disk: Disk): Promise<CwdContext | undefined> {
  const { cwd } = runtime.files;
  const here = await operatorAt(disk, cwd);
  if (here !== undefined) return { storeRoot: dirname(cwd), operator: here };
  for (const name of await disk.listWith(cwd, '.nsc').catch(() => [])) {
    if ((await operatorAt(disk, join(cwd, name))) !== undefined) return { storeRoot: cwd };
  }
  for (let dir = dirname(cwd), below = cwd; dir !== below; below = dir, dir = dirname(dir)) {
    const operator = await operatorAt(disk, dir);
    if (operator === undefined) continue;
    const [accounts, account] = cwd
      .slice(dir.length)
      .split(sep)
      .filter((part) => part !== '');
    return {
      storeRoot: dirname(dir),
      operator,
      ...(accounts === 'accounts' && account && basename(dir) === operator ? { account } : {}),
    };
  }
  return undefined;
}

/** Reads nsc.json; undefined when there is none or it says nothing. */
export async function readConfig(disk: Disk, dirs: Dirs): Promise<Config | undefined> {
  const path = configPath(dirs);
  const text = await disk.read(path);
  if (text === undefined) return undefined;
  const given = parseObject(text, path);
  if (Object.keys(given).length === 0) return undefined;
  return { store_root: '', operator: '', account: '', github_updates: '', last_update: 0, ...given };
}

function configPath(dirs: Dirs): string {
  return join(dirs.config, 'nsc.json');
}

export function writeConfig(disk: Disk, dirs: Dirs, config: Config): void {
  disk.write(configPath(dirs), stringifyJson(config));
}

/** Sorted names of the operators in a directory of stores. */
export async function listOperators(disk: Disk, storeRoot: string): Promise<string[]> {
  const found: string[] = [];
  if (storeRoot === '') return found;
  for (const name of await disk.list(storeRoot).catch(() => [])) {
    if (await disk.has(join(storeRoot, name, '.nsc'))) found.push(name);
  }
  return found;
}

/** Sorted names of an operator's accounts: the directories that hold the token of their name. */
export async function listAccounts(disk: Disk, operatorDir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const name of accountsIn(disk, operatorDir)) found.push(name);
  return found;
}

async function* accountsIn(disk: Disk, operatorDir: string): AsyncGenerator<string> {
  const dir = join(operatorDir, 'accounts');
  for (const name of await disk.list(dir)) if (await hasAccount(disk, operatorDir, name)) yield name;
}

export async function hasAccount(disk: Disk, operatorDir: string, name: string): Promise<boolean> {
  return isFileName(name) && (await disk.has(join(operatorDir, 'accounts', name, `${name.trim()}.jwt`)));
}

/**
 * Keeps the current operator and account while they exist, or while their directory of stores does not; a single one is
 * always current, of several none.
 */
export async function settleConfig(disk: Disk, config: Config): Promise<void> {
  const { store_root: root } = config;
  const exists = isFileName(config.operator) && (await disk.has(join(root, config.operator, '.nsc')));
  if (!exists) {
    // A directory that is away, such as one not mounted, says nothing about what is in it.
    if (!(await disk.has(root))) return;
    config.operator = onlyOne(await listOperators(disk, root));
  }
  if (config.operator === '') {
    config.account = '';
    return;
  }
  const dir = join(root, config.operator);
  if (config.account !== '' && (await hasAccount(disk, dir, config.account))) return;
  const first: string[] = [];
  for await (const name of accountsIn(disk, dir)) {
    first.push(name);
    if (first.length > 1) break;
  }
  config.account = onlyOne(first);
}

function onlyOne(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : '';
}
