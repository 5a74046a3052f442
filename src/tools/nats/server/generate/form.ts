// Answers to the questions of a bundle: given on the command line, asked for, or their defaults.
import { fail } from '#base/errors.ts';
import { compileExpr } from '#base/expr/expr.ts';
import type { Prompts } from '#term/prompts.ts';
import type { Form, Property } from './bundle.ts';

export type Answers = Record<string, unknown>;

export interface FormOptions {
  /** Answers by dotted name. */
  readonly given: ReadonlyMap<string, string>;
  /** Take the defaults of what is not given. */
  readonly useDefaults: boolean;
  readonly prompts: Prompts;
  /** Shows a text above questions. */
  tell(text: string): void;
}

/** Asks what is not given. Fails for names no question has. */
export async function fillForm(form: Form, options: FormOptions): Promise<Answers> {
  const answers: Answers = {};
  const unused = new Set(options.given.keys());
  if (!options.useDefaults && form.description) options.tell(form.description);
  await askAll(form.properties, '', answers, { ...options, answers, unused });
  const [unknown] = unused;
  if (unknown !== undefined) {
    throw fail('usage', `no question is named "${unknown}"`, {
      hint: `questions: ${namesOf(form.properties).join(', ')}`,
    });
  }
  return answers;
}

interface Asking extends FormOptions {
  /** All answers so far, for conditions. */
  readonly answers: Answers;
  readonly unused: Set<string>;
}

function namesOf(properties: readonly Property[], prefix = ''): string[] {
  return properties.flatMap((p) =>
    p.properties && !p.type ? namesOf(p.properties, `${prefix}${p.name}.`) : [prefix + p.name],
  );
}

async function askAll(properties: readonly Property[], prefix: string, into: Answers, asking: Asking): Promise<void> {
  for (const property of properties) {
    const name = `${prefix}${property.name}`;
    if (property.conditional && !holds(property.conditional, { input: asking.answers, Input: asking.answers })) {
      for (const key of [...asking.unused]) if (key === name || key.startsWith(`${name}.`)) asking.unused.delete(key);
      continue;
    }
    if (property.properties && !property.type) {
      if (!asking.useDefaults && property.description) asking.tell(property.description);
      const group: Answers = {};
      into[property.name] = group;
      await askAll(property.properties, `${name}.`, group, asking);
    } else into[property.name] = await answerOf(property, name, asking);
  }
}

function holds(expression: string, world: Answers): boolean {
  // `isIP` is the one function forms of others rely on.
  const isIP = (value: unknown) => /^(\d{1,3}(\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]+)$/i.test(String(value));
  return compileExpr(expression, { functions: { isIP } }).test(world);
}

async function answerOf(property: Property, name: string, asking: Asking): Promise<unknown> {
  const given = asking.given.get(name);
  asking.unused.delete(name);
  const fallback = property.default === undefined ? '' : String(property.default);
  const wrong = (text: string) => problemOf(property, text);
  if (given !== undefined || asking.useDefaults) {
    const text = given ?? fallback;
    const problem = wrong(text);
    if (problem) throw fail('usage', `${name}: ${problem}`, { hint: `--set ${name}=VALUE answers it` });
    return convert(property, text);
  }
  const flag = `--set ${name}=VALUE, or --defaults for all`;
  const message = (property.description ?? name).trim().split('\n')[0] ?? name;
  const base = { message, flag, ...(property.help ? { help: property.help } : {}) };
  const { prompts } = asking;
  if (property.type === 'bool') return prompts.confirm({ ...base, default: fallback === 'true' });
  if (property.type === 'password') return prompts.password({ ...base, validate: wrong });
  if (property.enum && property.enum.length > 0) {
    const choices = property.enum.map((value) => ({ label: value, value }));
    return prompts.select({ ...base, choices, default: Math.max(0, property.enum.indexOf(fallback)) });
  }
  return convert(property, await prompts.input({ ...base, default: fallback, validate: wrong }));
}

function problemOf(property: Property, text: string): string | undefined {
  if (text === '') return property.required ? 'an answer is needed' : undefined;
  if (property.enum && property.enum.length > 0 && !property.enum.includes(text))
    return `one of ${property.enum.join(', ')}`;
  if (property.type === 'integer' && !/^[-+]?\d+$/.test(text)) return 'a whole number is needed';
  if (property.type === 'float' && !Number.isFinite(Number(text))) return 'a number is needed';
  if (property.type === 'bool' && !/^(true|false|yes|no|1|0)$/i.test(text)) return 'true or false is needed';
  if (property.validation && !holds(property.validation, { value: convert(property, text), Value: text })) {
    return `it must hold that ${property.validation}`;
  }
  return undefined;
}

function convert({ type }: Property, text: string): unknown {
  if (type === 'bool') return /^(true|yes|1)$/i.test(text);
  if (type === 'integer' || type === 'float') return text === '' ? 0 : Number(text);
  if (type === 'array') return text.split(',').filter((item) => item !== '');
  return text;
}
