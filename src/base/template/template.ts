import { BoxError, messageOf } from '../errors.ts';
import { entriesOf, goValue, struct } from '../gofmt.ts';
import { builtins, exactBuiltins, isTrue, leastArguments, type TemplateFunction } from './builtins.ts';
import { templateFault } from './lex.ts';
import { type BlockNode, type Node, type Operand, type Pipe, parseTemplate } from './parse.ts';

export type { TemplateFunction } from './builtins.ts';

export interface TemplateOptions {
  /** Functions by name, beside the built-in ones. They throw to fail. */
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
  /** Whether `functions`, and those in the data, take exactly as many arguments as they name; else they see to it themselves. */
  readonly exact?: boolean;
  /** What a field that the data does not have gives: an error, or nothing, printed as `<no value>` (the default). */
  readonly missing?: 'error' | 'empty';
  /** What `{{0}}`, `{{1}}` ... stand for; numbers beyond the list stay numbers. */
  readonly tokens?: readonly string[];
}

/** A parsed template. */
export interface Template {
  /** The text for this data. Throws a usage BoxError that names the line. */
  execute(data: unknown): string;
}

type Scope = Map<string, { value: unknown }>;

/**
 * Parses a Go text/template: actions, pipelines, variables, if, else, with, range, break, continue, comments and trim
 * markers, with Go's built-in functions. Templates cannot define others. Throws a usage BoxError that names the line.
 */
export function compileTemplate(source: string, options: TemplateOptions = {}): Template {
  const functions = { ...builtins, ...options.functions } as Record<string, (...args: unknown[]) => unknown>;
  const isFunction = (name: string) => name === 'and' || name === 'or' || Object.hasOwn(functions, name);
  const nodes = parseTemplate(source, isFunction);
  const runner = makeRunner(functions, options);
  return {
    execute: (data) => {
      const out: string[] = [];
      runner(nodes, data, [new Map([['$', { value: data }]])], out);
      return out.join('');
    },
  };
}

type Runner = (
  nodes: readonly Node[],
  dot: unknown,
  scopes: readonly Scope[],
  out: string[],
) => 'break' | 'continue' | undefined;

function makeRunner(functions: Record<string, (...args: unknown[]) => unknown>, options: TemplateOptions): Runner {
  function walk(
    nodes: readonly Node[],
    dot: unknown,
    scopes: readonly Scope[],
    out: string[],
  ): 'break' | 'continue' | undefined {
    for (const node of nodes) {
      if (node.kind === 'text') out.push(node.text);
      else if (node.kind === 'break' || node.kind === 'continue') return node.kind;
      else if (node.kind === 'action') action(node.pipe, dot, scopes, out);
      else {
        const jump = node.kind === 'range' ? range(node, dot, scopes, out) : branch(node, dot, scopes, out);
        if (jump !== undefined) return jump;
      }
    }
    return undefined;
  }

  function action(pipe: Pipe, dot: unknown, scopes: readonly Scope[], out: string[]): void {
    const token = subjectToken(pipe);
    const value = token ?? evaluate(pipe, dot, scopes);
    if (pipe.variables.length > 0) return;
    out.push(value === null || value === undefined ? '<no value>' : goValue(value));
  }

  function subjectToken(pipe: Pipe): string | undefined {
    const only = pipe.commands.length === 1 && pipe.commands[0]?.length === 1 ? pipe.commands[0][0] : undefined;
    return only?.kind === 'constant' && typeof only.value === 'number' ? options.tokens?.[only.value] : undefined;
  }

  function branch(
    node: BlockNode,
    dot: unknown,
    scopes: readonly Scope[],
    out: string[],
  ): 'break' | 'continue' | undefined {
    const inner = [...scopes, new Map()];
    const value = evaluate(node.pipe, dot, inner);
    if (!isTrue(value)) return walk(node.other, dot, inner, out);
    return walk(node.body, node.kind === 'with' ? value : dot, inner, out);
  }

  function range(
    node: BlockNode,
    dot: unknown,
    scopes: readonly Scope[],
    out: string[],
  ): 'break' | 'continue' | undefined {
    const inner = [...scopes, new Map<string, { value: unknown }>()];
    const value = evaluate({ ...node.pipe, variables: [] }, dot, inner);
    if (node.pipe.variables.length > 1 && (typeof value === 'number' || typeof value === 'bigint')) {
      throw templateFault(node.pipe.line, `a range over ${goValue(value)} has one variable`);
    }
    let any = false;
    for (const [key, item] of items(value, node.pipe.line)) {
      any = true;
      const bound = node.pipe.variables.length === 2 ? [key, item] : [item];
      for (const [i, name] of node.pipe.variables.entries()) bind(name, bound[i], node.pipe.assign, inner);
      if (walk(node.body, item, [...inner, new Map()], out) === 'break') break;
    }
    return any ? undefined : walk(node.other, dot, inner, out);
  }

  function evaluate(pipe: Pipe, dot: unknown, scopes: readonly Scope[]): unknown {
    let value: unknown;
    for (const [i, command] of pipe.commands.entries())
      value = run(command, i > 0 ? [value] : [], pipe.line, dot, scopes);
    for (const name of pipe.variables) bind(name, value, pipe.assign, scopes);
    return value;
  }

  function run(
    command: readonly Operand[],
    piped: readonly unknown[],
    line: number,
    dot: unknown,
    scopes: readonly Scope[],
  ): unknown {
    const [head, ...rest] = command as [Operand, ...Operand[]];
    const arg = (operand: Operand) => operandValue(operand, line, dot, scopes);
    if (head.kind === 'function') {
      if (head.name === 'and' || head.name === 'or') return stopEarly(head.name, rest, piped, line, arg);
      const name = head.name ?? '';
      const given = Object.hasOwn(options.functions ?? {}, name);
      const least = given ? (options.exact ? functions[name]?.length : undefined) : leastArguments[name];
      const most = given || exactBuiltins.has(name) ? least : undefined;
      counted(line, name, rest.length + piped.length, least, most);
      const result = guarded(line, name, () => functions[name]?.(...rest.map(arg), ...piped));
      return head.fields.length > 0 ? fieldsOf(result, head.fields, line, []) : result;
    }
    if (head.kind === 'constant' && head.value === null) throw templateFault(line, 'nil is not a command');
    const args = [...rest.map(arg), ...piped];
    return operandValue(head, line, dot, scopes, args);
  }

  function stopEarly(
    name: string,
    operands: readonly Operand[],
    piped: readonly unknown[],
    line: number,
    arg: (operand: Operand) => unknown,
  ): unknown {
    if (operands.length + piped.length === 0) throw templateFault(line, `${name} needs a value`);
    let value: unknown;
    for (const operand of operands) {
      value = arg(operand);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  function operandValue(
    operand: Operand,
    line: number,
    dot: unknown,
    scopes: readonly Scope[],
    args: readonly unknown[] = [],
  ): unknown {
    switch (operand.kind) {
      case 'constant':
        if (args.length > 0) throw templateFault(line, 'a constant cannot be called');
        return operand.value;
      case 'function':
        return run([operand], [], line, dot, scopes);
      case 'dot':
        return fieldsOf(dot, operand.fields, line, args);
      case 'variable':
        return fieldsOf(lookup(operand.name ?? '', scopes)?.value, operand.fields, line, args);
      case 'pipe':
        return fieldsOf(evaluate(operand.pipe as Pipe, dot, scopes), operand.fields, line, args);
    }
  }

  function fieldsOf(start: unknown, fields: readonly string[], line: number, args: readonly unknown[]): unknown {
    let value = start;
    for (const [i, name] of fields.entries()) value = field(value, name, line, i === fields.length - 1 ? args : []);
    if (fields.length === 0 && args.length > 0) throw templateFault(line, `${goValue(value)} cannot be called`);
    return value;
  }

  function field(value: unknown, name: string, line: number, args: readonly unknown[]): unknown {
    let found: unknown;
    let has = false;
    if (value instanceof Map) {
      has = value.has(name);
      found = value.get(name);
    } else if (value !== null && typeof value === 'object') {
      has = Object.hasOwn(value, name);
      found = has ? (value as Record<string, unknown>)[name] : undefined;
    } else if (value !== undefined && value !== null)
      throw templateFault(line, `${goValue(value)} has no field ${name}`);
    if (!has && options.missing === 'error') throw templateFault(line, `there is no field ${name}`);
    if (typeof found === 'function' && options.exact) counted(line, name, args.length, found.length, found.length);
    if (typeof found === 'function') return guarded(line, name, () => (found as (...a: unknown[]) => unknown)(...args));
    if (args.length > 0) throw templateFault(line, `${name} cannot be called`);
    return found;
  }

  return walk;
}

function lookup(name: string, scopes: readonly Scope[]): { value: unknown } | undefined {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const found = scopes[i]?.get(name);
    if (found) return found;
  }
  return undefined;
}

function bind(name: string, value: unknown, assign: boolean, scopes: readonly Scope[]): void {
  const existing = assign ? lookup(name, scopes) : undefined;
  if (existing) existing.value = value;
  else scopes.at(-1)?.set(name, { value });
}

function* items(value: unknown, line: number): Generator<[unknown, unknown]> {
  if (value === null || value === undefined) return;
  if (typeof value === 'number' || typeof value === 'bigint') {
    for (let i = 0; i < value; i++) yield [i, i];
  } else if (Array.isArray(value) || value instanceof Uint8Array) yield* value.entries();
  else if (typeof value === 'object' && !(struct in value)) yield* entriesOf(value);
  else throw templateFault(line, `cannot range over ${goValue(value)}`);
}

/** Throws when a function gets fewer or more arguments than it takes; undefined: no bound. */
function counted(line: number, name: string, count: number, least: number | undefined, most: number | undefined): void {
  if (count >= (least ?? 0) && count <= (most ?? count)) return;
  const want = most === undefined ? `at least ${least}` : String(most);
  throw templateFault(line, `wrong number of arguments for ${name}: ${count} in place of ${want}`);
}

function guarded(line: number, name: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof BoxError && error.message.startsWith('template: ')) throw error;
    throw templateFault(line, `${name}: ${messageOf(error)}`);
  }
}
