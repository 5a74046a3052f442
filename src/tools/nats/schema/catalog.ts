// All schemas by name: io.nats.jetstream.api.v1.stream_create_request and so on.
import { fail } from '#base/errors.ts';
import { goRegExp } from '#base/regex.ts';
import { suggest } from '#base/suggest.ts';
import { describe } from './describe.ts';
import { advisories, metrics, serverAdvisories, serverMetrics } from './shapes/advisories.ts';
import { api } from './shapes/api.ts';
import type { JsonSchema } from './shapes/build.ts';
import { micro } from './shapes/micro.ts';
import { monitor } from './shapes/varz.ts';

/** The type of a message that names none. */
export const UNKNOWN = 'io.nats.unknown_message';

const families: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  'io.nats.jetstream.advisory.v1': advisories,
  'io.nats.jetstream.api.v1': api,
  'io.nats.jetstream.metric.v1': metrics,
  'io.nats.micro.v1': micro,
  'io.nats.server.advisory.v1': serverAdvisories,
  'io.nats.server.metric.v1': serverMetrics,
  'io.nats.server.monitor.v1': monitor,
};

/** The names that match a regular expression, in order. Throws `usage` for a broken one. */
export function schemaNames(pattern: string): string[] {
  const regex = goRegExp(pattern);
  const names = Object.entries(families).flatMap(([family, shapes]) =>
    Object.keys(shapes).map((name) => `${family}.${name}`),
  );
  return [...names, UNKNOWN].filter((name) => regex.test(name)).sort();
}

/** The schema of this name, or undefined. */
export function findSchema(name: string): JsonSchema | undefined {
  const dot = name.lastIndexOf('.');
  const family = families[name.slice(0, dot)];
  const last = name.slice(dot + 1);
  const shape = family && Object.hasOwn(family, last) ? family[last] : undefined;
  if (!shape) return undefined;
  const { type, ...rest } = shape;
  const properties = { ...rest.properties };
  if (properties['type']?.const === '') properties['type'] = { type: 'string', const: name };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `https://nats.io/schemas/${pathOf(name)}`,
    title: name,
    description: describe(name),
    ...(type === undefined ? { type: 'object' } : { type }),
    ...rest,
    ...(rest.properties ? { properties } : {}),
  };
}

/** The same for a name a user typed. Throws `usage` for one outside of `io.nats.`, `not-found` for an unknown one. */
export function schemaOf(name: string): JsonSchema {
  const problem = (why: string, kind: 'usage' | 'not-found') => {
    const [near] = suggest(name, schemaNames('.'), 1);
    const hint = near ? `did you mean ${near}?` : 'nats schema ls shows the names';
    return fail(kind, `could not load schema ${JSON.stringify(name)}: ${why}`, { hint });
  };
  if (!name.startsWith('io.nats.')) throw problem(`unsupported schema type ${JSON.stringify(name)}`, 'usage');
  const schema = findSchema(name);
  if (!schema) throw problem(`open ${pathOf(name)}: file does not exist`, 'not-found');
  return schema;
}

function pathOf(name: string): string {
  return `${name.slice('io.nats.'.length).replaceAll('.', '/')}.json`;
}

/** The schema name a message carries: its `type`, or its `schema`. */
export function typeOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return UNKNOWN;
  const { type, schema } = message as { readonly type?: unknown; readonly schema?: unknown };
  for (const name of [type, schema]) if (typeof name === 'string' && name !== '') return name;
  return UNKNOWN;
}
