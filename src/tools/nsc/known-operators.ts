// Operators known by name: the built-in one, and NSC_NAME_OPERATOR=URL in the environment.
import type { Runtime } from '#runtime/runtime.ts';

export interface KnownOperator {
  readonly name: string;
  /** Gives the operator's token. */
  readonly url: string;
}

export function knownOperators(runtime: Runtime): KnownOperator[] {
  const found: KnownOperator[] = [{ name: 'synadia', url: 'https://api.synadia.io/jwt/v1/operator' }];
  for (const variable of runtime.envNames()) {
    const name = /^NSC_(.+)_OPERATOR$/i.exec(variable)?.[1];
    const url = name === undefined ? undefined : runtime.env(variable);
    if (name !== undefined && url) found.push({ name, url });
  }
  return found;
}

/** Finds an operator without regard to case. */
export function knownOperator(runtime: Runtime, name: string): KnownOperator | undefined {
  const lower = name.toLowerCase();
  return knownOperators(runtime).find((known) => known.name.toLowerCase() === lower);
}

/** The name of the known operator that lives at the same host, else `name`. */
export function operatorNameFor(runtime: Runtime, name: string, url: string): string {
  const host = (text: string) => (URL.canParse(text) ? new URL(text).hostname.toLowerCase() : undefined);
  const wanted = host(url);
  return knownOperators(runtime).find((known) => wanted !== undefined && host(known.url) === wanted)?.name ?? name;
}
