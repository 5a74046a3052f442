import { fail } from '#base/errors.ts';
import type { ContextStore } from '#client/context.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { contextDocument, contextReport } from './show.ts';

/** Shows one context as text or data; throws nothing for problems, gives their number. */
export async function showContext(
  runtime: Runtime,
  store: ContextStore,
  name: string,
  options: { json?: boolean; connect?: boolean } = {},
): Promise<number> {
  const file = await store.load(name);
  const report = await contextReport(runtime, name, store.path(name), file, options.connect === true);
  await runtime.show({ data: contextDocument(name, file), text: () => report.text }, { json: options.json === true });
  return report.problems;
}

/** The context named, or the selected one. */
export async function namedOrSelected(runtime: Runtime, name: string | undefined): Promise<[ContextStore, string]> {
  const store = await contextStore(runtime);
  const chosen = name || (await store.selected());
  if (!chosen) {
    throw fail('usage', 'no default context and no name supplied', {
      hint: 'nats context select NAME makes one the default',
    });
  }
  return [store, chosen];
}
