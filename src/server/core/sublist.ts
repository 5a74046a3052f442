import type { Broadcast } from './broadcast.ts';

/**
 * Subject tree with a cache of results. A result is keyed by the subject's bytes, so that the publish path never
 * makes a string for a subject it has seen; a generation counter outdates all results when the tree changes.
 */

export interface Entry {
  subject: string;
  readonly queue: string | null;
  /** Index in its node's list, kept by this module. */
  at: number;
}

interface Node<T extends Entry> {
  next: Level<T> | null;
  plain: T[];
  queues: Map<string, T[]> | null;
}

interface Level<T extends Entry> {
  nodes: Map<string, Node<T>>;
  star: Node<T> | null;
  rest: Node<T> | null;
}

/** Everything that wants a subject. `heads` are the delivery prefixes of `plain`, made when a result is used again. */
export interface Match<T extends Entry> {
  readonly subject: Buffer;
  readonly text: string;
  readonly hash: number;
  generation: number;
  plain: T[];
  queues: T[][];
  used: boolean;
  heads: (Buffer | null)[] | null;
  headerHeads: (Buffer | null)[] | null;
  /** Sharing of one copy among receivers (broadcast.ts), without and with headers; undefined when nobody asked yet. */
  broadcast: Broadcast | null | undefined;
  headerBroadcast: Broadcast | null | undefined;
  /** Whether it may be published to by the book; null when nobody asked yet. */
  literal: boolean | null;
}

export interface Sublist<T extends Entry> {
  /** Grows with every change; results of an older one are stale. */
  generation: number;
  count: number;
  inserts: number;
  removes: number;
  matches: number;
  cacheHits: number;
  insert(entry: T): boolean;
  remove(entry: T): boolean;
  /** Cached result for the subject in `buf[start, end)`; `hash` as `hashBytes` gives. */
  find(buf: Buffer, start: number, end: number, hash: number): Match<T>;
  /** Uncached result for a binary string. */
  match(subject: string): { plain: T[]; queues: T[][] };
  has(subject: string): boolean;
  all(): T[];
  /** Numbers about the cached results. */
  cached(): { count: number; maxFanout: number; fanout: number };
}

const MIN_CACHE = 64;
const MAX_CACHE = 8192;

/** FNV-like hash of a range of bytes; the scanner computes the same while it looks for the end of a subject. */
export function hashBytes(buf: Uint8Array, start: number, end: number): number {
  let h = 0;
  for (let i = start; i < end; i++) h = (Math.imul(h, 31) + buf[i]!) | 0;
  return h;
}

function newLevel<T extends Entry>(): Level<T> {
  return { nodes: new Map(), star: null, rest: null };
}

function newNode<T extends Entry>(): Node<T> {
  return { next: null, plain: [], queues: null };
}

/** Whether a subject may be subscribed to: no empty token, `>` only at the end. */
function validTokens(tokens: string[]): boolean {
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i]!;
    if (t === '' || (t === '>' && i < tokens.length - 1)) return false;
  }
  return true;
}

export function createSublist<T extends Entry>(): Sublist<T> {
  const root: Level<T> = newLevel();
  let cache: (Match<T> | null)[] | null = null;
  let mask = 0;
  let evictions = 0;

  const step = (level: Level<T>, token: string, make: boolean): Node<T> | null => {
    if (token === '*') return (level.star ??= make ? newNode() : null);
    if (token === '>') return (level.rest ??= make ? newNode() : null);
    let node = level.nodes.get(token) ?? null;
    if (node === null && make) {
      node = newNode();
      level.nodes.set(token, node);
    }
    return node;
  };

  const collect = (node: Node<T>, plain: T[], queues: T[][]): void => {
    for (const entry of node.plain) plain.push(entry);
    if (node.queues === null) return;
    for (const [name, members] of node.queues) {
      const slot = queues.find((q) => q[0]!.queue === name);
      if (slot === undefined) queues.push(members.slice());
      else for (const entry of members) slot.push(entry);
    }
  };

  const walk = (level: Level<T> | null, tokens: string[], from: number, plain: T[], queues: T[][]): void => {
    let node: Node<T> | null = null;
    let star: Node<T> | null = null;
    for (let i = from; i < tokens.length; i++) {
      if (level === null) return;
      if (level.rest !== null) collect(level.rest, plain, queues);
      star = level.star;
      if (star !== null) walk(star.next, tokens, i + 1, plain, queues);
      node = level.nodes.get(tokens[i]!) ?? null;
      level = node === null ? null : node.next;
    }
    if (node !== null) collect(node, plain, queues);
    if (star !== null) collect(star, plain, queues);
  };

  const tokensOf = (subject: string): string[] | null => {
    const tokens = subject.split('.');
    for (const t of tokens) if (t === '') return null;
    return tokens;
  };

  const list: Sublist<T> = {
    generation: 1,
    count: 0,
    inserts: 0,
    removes: 0,
    matches: 0,
    cacheHits: 0,

    insert(entry) {
      const tokens = entry.subject.split('.');
      if (!validTokens(tokens)) return false;
      let level = root;
      let node: Node<T> | null = null;
      for (const token of tokens) {
        if (node !== null) level = node.next ??= newLevel();
        node = step(level, token, true)!;
      }
      if (entry.queue === null) {
        entry.at = node!.plain.push(entry) - 1;
      } else {
        node!.queues ??= new Map();
        const members = node!.queues.get(entry.queue);
        if (members === undefined) {
          node!.queues.set(entry.queue, [entry]);
          entry.at = 0;
        } else {
          entry.at = members.push(entry) - 1;
        }
      }
      list.count++;
      list.inserts++;
      list.generation++;
      return true;
    },

    remove(entry) {
      const tokens = entry.subject.split('.');
      const path: [Level<T>, string, Node<T>][] = [];
      let level: Level<T> | null = root;
      for (const token of tokens) {
        const node: Node<T> | null = level === null ? null : step(level, token, false);
        if (level === null || node === null) return false;
        path.push([level, token, node]);
        level = node.next;
      }
      const node = path.at(-1)![2];
      const members = entry.queue === null ? node.plain : node.queues?.get(entry.queue);
      if (members === undefined || members[entry.at] !== entry) return false;
      const moved = members.pop()!;
      if (moved !== entry) {
        members[entry.at] = moved;
        moved.at = entry.at;
      }
      if (entry.queue !== null && members.length === 0) {
        node.queues!.delete(entry.queue);
        if (node.queues!.size === 0) node.queues = null;
      }
      for (let i = path.length - 1; i >= 0; i--) {
        const [at, token, n] = path[i]!;
        if (n.next !== null && n.next.nodes.size === 0 && n.next.star === null && n.next.rest === null) n.next = null;
        if (n.next !== null || n.plain.length > 0 || n.queues !== null) break;
        if (at.star === n) at.star = null;
        else if (at.rest === n) at.rest = null;
        else at.nodes.delete(token);
      }
      list.count--;
      list.removes++;
      list.generation++;
      return true;
    },

    match(subject) {
      const plain: T[] = [];
      const queues: T[][] = [];
      list.matches++;
      const tokens = tokensOf(subject);
      if (tokens !== null) walk(root, tokens, 0, plain, queues);
      return { plain, queues };
    },

    has(subject) {
      const { plain, queues } = list.match(subject);
      return plain.length + queues.length > 0;
    },

    find(buf, start, end, hash) {
      if (cache === null) {
        cache = new Array(MIN_CACHE).fill(null);
        mask = MIN_CACHE - 1;
      }
      const slot = (hash ^ (hash >>> 15)) & mask;
      const old = cache[slot]!;
      if (old !== null && old.hash === hash && same(old.subject, buf, start, end)) {
        if (old.generation === list.generation) {
          list.cacheHits++;
          list.matches++;
          old.used = true;
          return old;
        }
        const { plain, queues } = list.match(old.text);
        old.plain = plain;
        old.queues = queues;
        old.generation = list.generation;
        old.used = false;
        old.heads = null;
        old.headerHeads = null;
        old.broadcast = undefined;
        old.headerBroadcast = undefined;
        return old;
      }
      const text = buf.latin1Slice(start, end);
      const { plain, queues } = list.match(text);
      const made: Match<T> = {
        subject: Buffer.from(buf.subarray(start, end)),
        text,
        hash,
        generation: list.generation,
        plain,
        queues,
        used: false,
        heads: null,
        headerHeads: null,
        broadcast: undefined,
        headerBroadcast: undefined,
        literal: null,
      };
      if (old !== null && ++evictions > cache.length && cache.length < MAX_CACHE) grow();
      cache[(hash ^ (hash >>> 15)) & mask] = made;
      return made;
    },

    all() {
      const found: T[] = [];
      const visit = (node: Node<T> | null): void => {
        if (node === null) return;
        found.push(...node.plain);
        if (node.queues !== null) for (const members of node.queues.values()) found.push(...members);
        if (node.next !== null) visitLevel(node.next);
      };
      const visitLevel = (level: Level<T>): void => {
        for (const node of level.nodes.values()) visit(node);
        visit(level.star);
        visit(level.rest);
      };
      visitLevel(root);
      return found;
    },

    cached() {
      let count = 0;
      let maxFanout = 0;
      let fanout = 0;
      for (const m of cache ?? []) {
        if (m === null) continue;
        count++;
        let n = m.plain.length;
        for (const members of m.queues) n += members.length;
        fanout += n;
        if (n > maxFanout) maxFanout = n;
      }
      return { count, maxFanout, fanout };
    },
  };

  function grow(): void {
    const bigger: (Match<T> | null)[] = new Array(cache!.length * 4).fill(null);
    mask = bigger.length - 1;
    for (const m of cache!) if (m !== null) bigger[(m.hash ^ (m.hash >>> 15)) & mask] = m;
    cache = bigger;
    evictions = 0;
  }

  return list;
}

function same(a: Uint8Array, buf: Uint8Array, start: number, end: number): boolean {
  const n = a.length;
  if (n !== end - start) return false;
  for (let i = 0; i < n; i++) if (a[i] !== buf[start + i]) return false;
  return true;
}
