// What `context add` and `context copy` have in common.
import { type ContextFile, emptyContext } from '#client/context.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { applyFlags, embedSecrets, saveContext } from './fields.ts';
import { showContext } from './show.ts';

export const makeFlags = {
  description: { type: 'string', help: 'What this context is for' },
  select: { type: 'bool', help: 'Use it from now on when no other one is named' },
  embed: { type: 'bool', help: 'Keep the contents of credential files in the context' },
} as const;

export interface MakeOptions {
  readonly description: string | undefined;
  readonly select: boolean;
  readonly embed: boolean;
}

/** Writes a context: `from`, or what it was before, or nothing, with the flags on top. */
export async function makeContext(
  runtime: Runtime,
  name: string,
  from: string | undefined,
  options: MakeOptions,
): Promise<void> {
  const store = await contextStore(runtime);
  const base = (await store.known(name)) ? name : from;
  const before: ContextFile = base ? await store.load(base) : { config: emptyContext(), unknown: {} };
  if (runtime.globals.isSet('token')) {
    runtime.log('--token is not kept in contexts; --user without --password is');
  }
  const config = applyFlags(runtime, before.config, options.description);
  const made: ContextFile = {
    config: options.embed ? await embedSecrets(runtime, config) : config,
    unknown: before.unknown,
  };
  const saved = await saveContext(runtime, store, name, made);
  if (options.select && !runtime.contract.plan) await store.select(name);
  if (runtime.contract.plan) runtime.log(`Would write ${store.path(name)}`);
  // Selecting also shows whether it works.
  await showContext(runtime, store, name, saved, { connect: options.select && !runtime.contract.plan });
}
