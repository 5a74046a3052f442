// Makes the bundler's chunks few. It gives every set of modules that the same entries reach a chunk of its own, and with
// some five hundred entries (whatever is import()ed is one) a command gathered its code from sixty chunks, each of which
// costs the start three or four page faults. So chunks that are mostly loaded together are made one: a copy of the
// sources is written in which an entry that reaches one module of such a pack imports all of them. What runs is the same;
// modules here do nothing when they are loaded but define things.
//
// A pack pays when the chunks it saves cost more than the code that is loaded without being used, summed over all
// entries. What is loaded before an entry (its importer, and what that waited for) costs it nothing.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What a chunk costs, in bytes of code that is loaded and not used: measured, between 2500 and 20000 it is flat. */
const CHUNK = 5000;
/** Entries that are started for their speed, and all but always. */
const LANES = /^src\/(main|base\/version|runtime\/serve-short|tools\/nats\/quick)\.ts$|\.worker\.ts$/;
const LANE_WEIGHT = 200;
/** Every command of a tool comes by these. */
const DOORS = /^src\/(whole|tools\/[a-z-]+\/tool)\.ts$/;
const DOOR_WEIGHT = 5;

type Module = string;

/** Modules that are reached from the roots, by path from the root of the project. */
interface Graph {
  readonly imports: ReadonlyMap<Module, readonly Module[]>;
  readonly dynamic: ReadonlyMap<Module, readonly Module[]>;
  /** Characters without types and blanks. */
  readonly size: ReadonlyMap<Module, number>;
}

function readGraph(roots: readonly Module[]): Graph {
  const transpiler = new Bun.Transpiler({ loader: 'ts', minifyWhitespace: true });
  const imports = new Map<Module, Module[]>();
  const dynamic = new Map<Module, Module[]>();
  const size = new Map<Module, number>();
  const wait = [...roots];
  for (let module = wait.pop(); module !== undefined; module = wait.pop()) {
    if (imports.has(module)) continue;
    const code = transpiler.transformSync(readFileSync(join(root, module), 'utf8'));
    const found = { static: [] as Module[], dynamic: [] as Module[] };
    for (const { path, kind } of transpiler.scanImports(code)) {
      const target = path.startsWith('#') ? `src/${path.slice(1)}` : join(dirname(module), path);
      // Packages are left to the bundler.
      if (!/^[#.]/.test(path) || !existsSync(join(root, target))) continue;
      found[kind === 'dynamic-import' ? 'dynamic' : 'static'].push(target);
    }
    imports.set(module, found.static);
    dynamic.set(module, found.dynamic);
    size.set(module, code.length);
    wait.push(...found.static, ...found.dynamic);
  }
  return { imports, dynamic, size };
}

/** What each module imports, itself included, however far away. */
function closures({ imports }: Graph): (module: Module) => ReadonlySet<Module> {
  const known = new Map<Module, Set<Module>>();
  return (module) => {
    const kept = known.get(module);
    if (kept) return kept;
    const all = new Set<Module>();
    const wait = [module];
    for (let next = wait.pop(); next !== undefined; next = wait.pop()) {
      if (all.has(next)) continue;
      all.add(next);
      wait.push(...(imports.get(next) ?? []));
    }
    known.set(module, all);
    return all;
  };
}

/** What has certainly been loaded when an entry is asked for. Shrinks from everything until nothing changes. */
function loadedBefore(graph: Graph, roots: readonly Module[], entries: readonly Module[], closure: Closure) {
  const everything = new Set(graph.imports.keys());
  const before = new Map(entries.map((entry) => [entry, roots.includes(entry) ? new Set<Module>() : everything]));
  for (let changed = true; changed; ) {
    changed = false;
    const next = new Map<Module, Set<Module>>();
    for (const entry of entries) {
      const loaded = new Set([...closure(entry), ...(before.get(entry) ?? [])]);
      for (const module of closure(entry)) {
        for (const target of graph.dynamic.get(module) ?? []) {
          const met = next.get(target);
          next.set(target, met ? new Set([...met].filter((one) => loaded.has(one))) : loaded);
        }
      }
    }
    for (const [entry, set] of next) {
      if (roots.includes(entry) || set.size === before.get(entry)?.size) continue;
      before.set(entry, set);
      changed = true;
    }
  }
  return before;
}

type Closure = ReturnType<typeof closures>;

/** Modules that will be one chunk. The arrays have a 1 for each entry, in its order. */
interface Pack {
  readonly modules: readonly Module[];
  readonly size: number;
  /** Entries that import one of the modules. */
  readonly reached: Uint8Array;
  /** Entries that import one or come when one is loaded. */
  readonly present: Uint8Array;
  /** The weights of `present`, summed. */
  readonly weight: number;
  /** All that the modules import. */
  readonly needs: ReadonlySet<Module>;
}

/** For each entry the modules it has to import for the packs to be one chunk each. */
export function packImports(roots: readonly Module[]): Map<Module, Module[]> {
  const graph = readGraph(roots);
  const closure = closures(graph);
  const entries = [...new Set([...roots, ...[...graph.dynamic.values()].flat()])].sort();
  const before = loadedBefore(graph, roots, entries, closure);
  const loaded = entries.map((entry) => new Set([...closure(entry), ...(before.get(entry) ?? [])]));
  const packs = merge(firstPacks(graph, entries, closure, loaded), entries, loaded);
  const added = new Map<Module, Module[]>();
  entries.forEach((entry, i) => {
    const have = closure(entry);
    const wanted = packs.filter((pack) => pack.reached[i]).flatMap((pack) => pack.modules);
    // What imports the entry itself is loaded with it anyway, and would make a circle.
    const more = wanted.filter((module) => !have.has(module) && !closure(module).has(entry));
    if (more.length > 0) added.set(entry, more);
  });
  return added;
}

function weights(entries: readonly Module[]): number[] {
  return entries.map((entry) => (LANES.test(entry) ? LANE_WEIGHT : DOORS.test(entry) ? DOOR_WEIGHT : 1));
}

/** The chunks as the bundler would make them, without those that one entry alone reaches. */
function firstPacks(
  graph: Graph,
  entries: readonly Module[],
  closure: Closure,
  loaded: readonly Set<Module>[],
): Pack[] {
  const weight = weights(entries);
  const groups = new Map<string, Module[]>();
  const reachedBy = new Map<Module, Uint8Array>();
  entries.forEach((entry, i) => {
    for (const module of closure(entry)) {
      const set = reachedBy.get(module) ?? new Uint8Array(entries.length);
      set[i] = 1;
      reachedBy.set(module, set);
    }
  });
  for (const [module, set] of reachedBy) {
    const key = set.join('');
    groups.set(key, [...(groups.get(key) ?? []), module]);
  }
  return [...groups.values()].flatMap((modules) => {
    const reached = reachedBy.get(modules[0] as Module) as Uint8Array;
    if (reached.reduce((sum, one) => sum + one, 0) < 2) return [];
    const present = new Uint8Array(entries.map((_, i) => (modules.some((one) => loaded[i]?.has(one)) ? 1 : 0)));
    const size = modules.reduce((sum, one) => sum + (graph.size.get(one) ?? 0), 0);
    const needs = new Set(modules.flatMap((one) => [...closure(one)]));
    return [{ modules, size, reached, present, weight: weighed(present, weight), needs }];
  });
}

function weighed(present: Uint8Array, weight: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weight.length; i++) if (present[i]) sum += weight[i] as number;
  return sum;
}

const either = (a: Uint8Array, b: Uint8Array) => a.map((one, i) => one | (b[i] as number));

/** Two packs and what joining them saves. */
interface Pair {
  readonly a: Pack;
  readonly b: Pack;
  readonly gain: number;
}

/** Joins the two packs that gain most, again and again, while any gain. */
function merge(packs: Pack[], entries: readonly Module[], loaded: readonly Set<Module>[]): Pack[] {
  const weight = weights(entries);
  const pairsOf = (a: Pack, others: readonly Pack[]): Pair[] =>
    others.flatMap((b) => {
      const gain = gainOf(a, b, weight);
      return gain > 0 ? [{ a, b, gain }] : [];
    });
  let pairs = packs.flatMap((a, i) => pairsOf(a, packs.slice(i + 1)));
  for (;;) {
    let best: Pair | undefined;
    for (const pair of pairs) {
      if (pair.gain <= (best?.gain ?? 0)) continue;
      if (canJoin(pair.a, pair.b, entries, loaded) && canJoin(pair.b, pair.a, entries, loaded)) best = pair;
    }
    if (!best) return packs;
    const { a, b } = best;
    const joined = joinPacks(a, b, weight);
    entries.forEach((_, i) => {
      if (joined.reached[i]) for (const module of joined.needs) loaded[i]?.add(module);
    });
    packs = packs.filter((pack) => pack !== a && pack !== b);
    pairs = pairs.filter((pair) => ![pair.a, pair.b].some((pack) => pack === a || pack === b));
    pairs.push(...pairsOf(joined, packs));
    packs.push(joined);
  }
}

function gainOf(a: Pack, b: Pack, weight: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weight.length; i++) if (a.present[i] || b.present[i]) sum += weight[i] as number;
  return a.weight * (CHUNK + a.size) + b.weight * (CHUNK + b.size) - sum * (CHUNK + a.size + b.size);
}

function joinPacks(a: Pack, b: Pack, weight: readonly number[]): Pack {
  const present = either(a.present, b.present);
  return {
    modules: [...a.modules, ...b.modules],
    size: a.size + b.size,
    reached: either(a.reached, b.reached),
    present,
    weight: weighed(present, weight),
    needs: new Set([...a.needs, ...b.needs]),
  };
}

/**
 * Whether entries that reach `a` alone have all that `b` needs: a pack brings no other chunks along. None of them may be
 * something `b` imports: it could not import `b` in turn, and the bundler would make two chunks of the pack for all.
 */
function canJoin(a: Pack, b: Pack, entries: readonly Module[], loaded: readonly Set<Module>[]): boolean {
  const needs = [...b.needs].filter((one) => !a.modules.includes(one) && !b.modules.includes(one));
  return loaded.every(
    (have, i) =>
      !a.reached[i] || b.reached[i] || (!b.needs.has(entries[i] as Module) && needs.every((one) => have.has(one))),
  );
}

/** Writes the copy of the sources for a program that begins with `roots` into a folder below the project; gives the folder. */
export function packedSources(roots: readonly string[], to = join(root, '.cache/packed')): string {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(join(root, 'src'), join(to, 'src'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  cpSync(join(root, 'package.json'), join(to, 'package.json'));
  for (const [entry, modules] of packImports(roots)) {
    const lines = modules.map((module) => {
      const path = relative(dirname(entry), module).replaceAll('\\', '/');
      return `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
    });
    writeFileSync(join(to, entry), `${readFileSync(join(to, entry), 'utf8')}${lines.join('')}`);
  }
  return to;
}
