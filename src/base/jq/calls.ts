import type { Json } from '../json64.ts';
import { suggest } from '../suggest.ts';
import type { Ast } from './ast.ts';
import type { Builtin } from './builtin.ts';
import {
  bindValue,
  type Closure,
  type Code,
  type Context,
  type Env,
  type Item,
  lookup,
  maker,
  single,
} from './code.ts';
import { jqSyntax } from './lex.ts';
import { parseDefinitions } from './parse.ts';
import { prelude } from './prelude.ts';
import { type Compiler, type Definition, resolve, type Scope } from './scope.ts';

/** `$name`: bound in the filter, or given by the host. */
export function variable(c: Compiler, ast: Ast & { t: 'variable' }, scope: Scope | undefined): Code {
  const place = resolve(scope, (s) => s.kind === 'variable' && s.name === ast.name);
  if (place) return single((env) => lookup(env, place.depth) as Json);
  if (Object.hasOwn(c.context.variables, ast.name)) {
    const given = c.context.variables[ast.name] as Json;
    return single(() => given);
  }
  const why = ast.name === 'ENV' ? 'is not available here: filters do not see the environment' : 'is not defined';
  throw jqSyntax(c.source, ast.at, `$${ast.name} ${why}`);
}

/** A parameter `$a` is a closure `a` whose outputs are bound to the variable one after the other. */
function compileBody(c: Compiler, params: readonly string[], body: Ast, scope: Scope | undefined): Code {
  let inner = scope;
  for (const param of params) inner = { up: inner, kind: 'closure', name: param.replace('$', '') };
  const bound = params
    .filter((param) => param.startsWith('$'))
    .reduceRight<Ast>(
      (rest, param) => ({
        t: 'bind',
        source: { t: 'call', name: param.slice(1), args: [], at: 0 },
        patterns: [{ p: 'variable', name: param.slice(1) }],
        body: rest,
      }),
      body,
    );
  return c.compile(bound, inner);
}

interface FunctionValue {
  readonly definition: Definition;
  readonly env: Env | undefined;
}

/** `def name(params): body; rest`. */
export function define(c: Compiler, ast: Ast & { t: 'define' }, scope: Scope | undefined): Code {
  const definition: Definition = { params: ast.params, body: undefined };
  const inner: Scope = { up: scope, kind: 'function', name: `${ast.name}/${ast.params.length}`, definition };
  definition.body = compileBody(c, ast.params, ast.body, inner);
  const rest = c.compile(ast.rest, inner);
  const enter = (env: Env | undefined): Env => {
    const bound = bindValue(env, undefined);
    bound.bound = { definition, env: bound } satisfies FunctionValue;
    return bound;
  };
  const { one } = rest;
  return {
    run: (env, input) => rest.run(enter(env), input),
    items: (env, item) => rest.items(enter(env), item),
    ...(one ? { one: (env: Env | undefined, input: Json) => one(enter(env), input) } : {}),
  };
}

/** `name(args)`: a parameter, a function of the filter, a built-in, or one of the prelude. */
export function call(c: Compiler, ast: Ast & { t: 'call' }, scope: Scope | undefined): Code {
  const name = `${ast.name}/${ast.args.length}`;
  const args = ast.args.map((arg) => c.compile(arg, scope));
  const isIt = (s: Scope) =>
    (s.kind === 'function' && s.name === name) || (s.kind === 'closure' && s.name === ast.name && args.length === 0);
  const place = resolve(scope, isIt);
  if (place?.found.kind === 'closure') return callClosure(place.depth);
  if (place) return callFunction(args, (env) => lookup(env, place.depth) as FunctionValue);
  const builtin = Object.hasOwn(c.builtins, name) ? c.builtins[name] : undefined;
  if (builtin) return callBuiltin(c.context, builtin, args);
  const definition = libraryFunction(c, name);
  if (definition) return callFunction(args, () => ({ definition, env: undefined }));
  throw unknownFunction(c, ast, scope);
}

function unknownFunction(c: Compiler, ast: Ast & { t: 'call' }, scope: Scope | undefined): Error {
  const own: string[] = [];
  for (let s = scope; s; s = s.up)
    if (s.kind === 'function' || s.kind === 'closure') own.push(s.name.replace(/\/.*/, ''));
  const known = [...own, ...[...Object.keys(c.builtins), ...Object.keys(prelude)].map((n) => n.replace(/\/.*/, ''))];
  const others = known.includes(ast.name) ? 'takes another number of arguments' : 'is not defined';
  const [near] = known.includes(ast.name) ? [] : suggest(ast.name, known);
  return jqSyntax(c.source, ast.at, `${ast.name}/${ast.args.length} ${others}${near ? `, did you mean ${near},` : ''}`);
}

function libraryFunction(c: Compiler, name: string): Definition | undefined {
  const known = c.library.get(name);
  if (known) return known;
  const source = Object.hasOwn(prelude, name) ? prelude[name] : undefined;
  const [parsed] = source === undefined ? [] : parseDefinitions(source);
  if (!parsed) return undefined;
  const definition: Definition = { params: parsed.params, body: undefined };
  c.library.set(name, definition);
  definition.body = compileBody(c, parsed.params, parsed.body, undefined);
  return definition;
}

function callClosure(depth: number): Code {
  return {
    run: (env, input) => {
      const closure = lookup(env, depth) as Closure;
      return closure.code.run(closure.env, input);
    },
    items: (env, item) => {
      const closure = lookup(env, depth) as Closure;
      return closure.code.items(closure.env, item);
    },
  };
}

function callFunction(args: readonly Code[], find: (env: Env | undefined) => FunctionValue): Code {
  const enter = (env: Env | undefined): { body: Code; inner: Env | undefined } => {
    const { definition, env: home } = find(env);
    let inner = home;
    for (const code of args) inner = bindValue(inner, { code, env } satisfies Closure);
    return { body: definition.body as Code, inner };
  };
  return {
    run: (env, input) => {
      const { body, inner } = enter(env);
      return body.run(inner, input);
    },
    items: (env, item) => {
      const { body, inner } = enter(env);
      return body.items(inner, item);
    },
  };
}

function callBuiltin(context: Context, builtin: Builtin, args: readonly Code[]): Code {
  const ready = (env: Env | undefined) => args.map((arg) => (input: Json) => arg.run(env, input));
  const places = (env: Env | undefined) => args.map((arg) => (item: Item) => arg.items(env, item));
  if (builtin.kind === 'filter') return maker((env, input) => builtin.run(context, input, ready(env), places(env)));
  if (builtin.kind === 'place') {
    // Without places the arguments run as plain filters.
    const plain = (env: Env | undefined) =>
      args.map(
        (arg) =>
          function* (item: Item): Generator<Item> {
            for (const v of arg.run(env, item.v)) yield { v, p: [] };
          },
      );
    return {
      run: function* (env, input) {
        for (const item of builtin.run({ v: input, p: [] }, plain(env), ready(env))) yield item.v;
      },
      items: (env, item) => builtin.run(item, places(env), ready(env)),
    };
  }
  const ones = args.map((arg) => arg.one);
  if (ones.every((one) => one !== undefined)) {
    return single((env, input) =>
      builtin.run(
        context,
        input,
        ones.map((one) => one(env, input)),
      ),
    );
  }
  function* combine(env: Env | undefined, input: Json, at: number, values: readonly Json[]): Generator<Json> {
    const arg = args[at];
    if (!arg) yield builtin.kind === 'value' ? builtin.run(context, input, values) : null;
    else for (const v of arg.run(env, input)) yield* combine(env, input, at + 1, [...values, v]);
  }
  return maker((env, input) => combine(env, input, 0, []));
}
