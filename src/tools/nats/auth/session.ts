// What every command of `nats auth` starts from: the stores and keys of nsc, and which operator is selected.
import { join } from 'node:path';
import { fail, messageOf } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { listOperators } from '#store/config.ts';
import { natsConfigDir, resolveDirs, shortPath } from '#store/dirs.ts';
import { type Disk, openDisk } from '#store/disk.ts';
import { type KeyStore, openKeyStore } from '#store/keystore.ts';
import { lockDir } from '#store/lock.ts';
import { openStore, type Store } from '#store/store.ts';
import type { Prompts } from '#term/prompts.ts';

/** The store for the length of one command. */
export interface Auth {
  readonly runtime: Runtime;
  readonly disk: Disk;
  readonly keys: KeyStore;
  /** Holds the operators. */
  readonly dir: string;
  /** Unix seconds. */
  now(): number;
  operators(): Promise<string[]>;
  store(operator: string): Promise<Store>;
  /** The operator commands work on when none is named; empty when none was selected. */
  selected(): Promise<string>;
  select(operator: string): Promise<void>;
}

/** Opens the store; nothing is made before something is kept. `remember`: as openDisk has it. */
export async function openAuth(runtime: Runtime, remember = false): Promise<Auth> {
  const dirs = await resolveDirs(runtime);
  const disk = openDisk(runtime, { remember });
  const settings = join(natsConfigDir(runtime), 'cli', 'config.json');
  const readSettings = async (): Promise<Record<string, unknown>> => {
    const text = await disk.read(settings);
    return text === undefined ? {} : parseSettings(text, settings);
  };
  return {
    runtime,
    disk,
    keys: openKeyStore(runtime, disk, dirs.keys),
    dir: dirs.stores,
    now: () => Number(runtime.clock.now() / 1_000_000_000n),
    operators: () => listOperators(disk, dirs.stores),
    store: (operator) => openStore(disk, join(dirs.stores, operator)),
    async selected() {
      // A file that cannot be read selects nothing; only `select` says what is wrong with it.
      const { select_operator: name } = await readSettings().catch((): Record<string, unknown> => ({}));
      return typeof name === 'string' ? name : '';
    },
    async select(operator) {
      disk.write(settings, stringifyJson({ ...(await readSettings()), select_operator: operator }));
    },
  };
}

function parseSettings(text: string, path: string): Record<string, unknown> {
  let problem = 'it is no JSON object';
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    problem = messageOf(error);
  }
  throw fail('error', `could not parse configuration file: ${problem}`, { hint: `repair or remove ${path}` });
}

/** What a change has to say. */
export interface Outcome {
  readonly data: object;
  text(): string | Promise<string>;
}

/**
 * Runs a change with the store to itself, writes what it collected in one go, and shows the outcome. With --plan nothing
 * is written, and what would be stands in the data and on stderr. An error leaves everything as it was. The runtime that
 * the body gets asks its questions while others may write.
 */
export async function change(
  runtime: Runtime,
  body: (auth: Auth, runtime: Runtime) => Promise<Outcome | undefined>,
): Promise<void> {
  const { plan } = runtime.contract;
  const opened = await openAuth(runtime, true);
  let held: (() => Promise<void>) | undefined;
  const unlock = async () => {
    await held?.();
    held = undefined;
  };
  const lock = async () => {
    held = await lockDir(runtime, opened.dir, { create: true });
  };
  if (!plan) {
    await lock();
    runtime.onExit(unlock);
  }
  const asking = plan ? runtime : askingUnlocked(runtime, opened.disk, lock, unlock);
  const auth: Auth = { ...opened, runtime: asking };
  const outcome = await body(auth, asking);
  if (!outcome) return;
  const planned = plan
    ? auth.disk.pending
        .filter(({ action }) => action !== 'mkdir')
        .map(({ action, path }) => ({ action, path: shortPath(runtime, path) }))
    : [];
  if (!plan) await auth.disk.commit();
  await unlock();
  await runtime.show({ data: plan ? { ...outcome.data, planned } : outcome.data, text: () => outcome.text() });
  for (const { action, path } of planned) runtime.err.line(`Would ${action} ${path}`);
}

/** A runtime that lets others write while a person thinks, and fails with conflict when they changed what was read. */
function askingUnlocked(runtime: Runtime, disk: Disk, lock: () => Promise<void>, unlock: () => Promise<void>): Runtime {
  const prompts = async (): Promise<Prompts> =>
    new Proxy(await runtime.prompts(), {
      get(asked, name: keyof Prompts) {
        const ask = asked[name] as ((question: unknown) => Promise<unknown>) | undefined;
        if (!ask) return undefined;
        return async (question: unknown): Promise<unknown> => {
          await unlock();
          let answer: unknown;
          try {
            answer = await ask(question);
          } finally {
            await lock();
          }
          if (await disk.isUnchanged()) return answer;
          throw fail('conflict', 'the store was changed while the question stood', {
            hint: 'nothing was written; run the command again',
            retryable: true,
          });
        };
      },
    });
  return Object.create(runtime, { prompts: { value: prompts } }) as Runtime;
}

/** Collects a file outside the store. Its directory must be there; fails with not-found. */
export async function writeFile({ runtime, disk }: Auth, path: string, text: string): Promise<void> {
  const { expandPath } = await import('#store/dirs.ts');
  const full = expandPath(runtime, path);
  const dir = await runtime.files.stat(join(full, '..'));
  if (dir?.kind !== 'dir') throw fail('not-found', `open ${path}: no such file or directory`);
  if ((await runtime.files.stat(full))?.kind === 'dir') throw fail('usage', `open ${path}: is a directory`);
  disk.write(full, text);
}

/** Fails with conflict when a file is there that only `--force` may replace. */
export async function refuseExisting({ runtime, disk }: Auth, path: string, force: boolean): Promise<void> {
  const { expandPath } = await import('#store/dirs.ts');
  if (force || !(await disk.has(expandPath(runtime, path)))) return;
  throw fail('conflict', `file ${path} already exist`, { hint: 'give another name, or --force' });
}
