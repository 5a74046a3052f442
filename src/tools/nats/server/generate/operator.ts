import { join } from 'node:path';
import { fail } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { listOperators } from '#store/config.ts';
import { defaultDataDir, natsConfigDir } from '#store/dirs.ts';
import { openDisk } from '#store/disk.ts';
import { openStore } from '#store/store.ts';
import type { OperatorFacts } from './bundle.ts';

/** The operator of this name, the only one, the selected one, or the one a person chooses. */
export async function chooseOperator(runtime: Runtime, wanted: string | undefined): Promise<OperatorFacts> {
  const disk = openDisk(runtime);
  const root = await defaultDataDir(runtime, 'stores');
  const names = await listOperators(disk, root);
  if (names.length === 0) throw fail('not-found', 'no operator found', { hint: 'nats auth operator add makes one' });
  if (wanted !== undefined && !names.includes(wanted)) {
    throw fail('not-found', `operator ${wanted} was not found`, { hint: `operators: ${names.join(', ')}` });
  }
  const name =
    wanted ?? (names.length === 1 ? names[0] : await selected(runtime, names)) ?? (await ask(runtime, names));
  const store = await openStore(disk, join(root, name));
  const claims = await store.operator();
  const facts: OperatorFacts = { Name: name, JWT: await store.operatorToken() };
  const system = claims.nats.system_account;
  if (!system) return facts;
  for (const account of await store.accounts()) {
    const own = await store.account(account);
    if (own.sub !== system) continue;
    return { ...facts, SystemAccount: { Name: account, Subject: system, JWT: await store.accountToken(account) } };
  }
  return facts;
}

async function selected(runtime: Runtime, names: readonly string[]): Promise<string | undefined> {
  const text = await runtime.files.readText(join(natsConfigDir(runtime), 'cli', 'config.json')).catch(() => '{}');
  try {
    const name = (JSON.parse(text) as { select_operator?: string }).select_operator;
    return names.find((n) => n === name);
  } catch {
    return undefined;
  }
}

async function ask(runtime: Runtime, names: readonly string[]): Promise<string> {
  const choices = names.map((name) => ({ label: name, value: name }));
  return (await runtime.prompts()).select({ message: 'Select an Operator', choices, flag: '--operator NAME' });
}
