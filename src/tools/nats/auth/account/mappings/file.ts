// Mappings from a file, YAML or JSON: source subjects, each with a list of {subject, weight, cluster}.
import { fail, messageOf } from '#base/errors.ts';
import type { WeightedMapping } from '#crypto/account.ts';
import { readFile } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';

const form = 'write "source: [{subject: target, weight: 50, cluster: C1}]"; weight and cluster may be left out';

function bad(why: string) {
  return fail('usage', `unable to load config file: ${why}`, { hint: form });
}

/** Reads a file of mappings; fails with usage when it is none. */
export async function readMappings(runtime: Runtime, path: string): Promise<Map<string, WeightedMapping[]>> {
  const { parse } = await import('yaml');
  const text = new TextDecoder().decode(await readFile(runtime, path));
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw bad(messageOf(error).split('\n')[0] ?? '');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('it holds no mappings');
  return new Map(Object.entries(value).map(([source, targets]) => [source, targetsOf(source, targets)]));
}

function targetsOf(source: string, value: unknown): WeightedMapping[] {
  if (!Array.isArray(value)) throw bad(`${source} has no list of targets`);
  return value.map((entry) => targetOf(source, entry));
}

function targetOf(source: string, entry: unknown): WeightedMapping {
  if (typeof entry !== 'object' || entry === null) throw bad(`a target of ${source} is no object`);
  const fields = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const { subject, weight = 0, cluster = '', ...others } = fields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw bad(`a target of ${source} has no field ${JSON.stringify(unknown)}`);
  if (typeof subject !== 'string' || subject === '') throw bad(`a target of ${source} has no subject`);
  if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > 100) {
    throw bad(`the weight of ${source} to ${subject} is no whole number from 0 to 100`);
  }
  if (typeof cluster !== 'string') throw bad(`the cluster of ${source} to ${subject} is no text`);
  return { subject, weight, cluster };
}
