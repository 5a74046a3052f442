/** Made-up configurations and conversations: the same seed makes the same ones, for our server and for nats-server. */
import { createRandom, type Random } from '#test/hostile.ts';
import { type Talker, type TestServer, talker } from './server-world.ts';

const TOKENS = ['a', 'b', 'c'];
const NAMES = ['A', 'B', 'C'];

interface Made {
  readonly config: string;
  readonly users: readonly string[];
  /** What is said, in turn: who says it, and what. */
  readonly steps: readonly { readonly user: number; readonly text: string; readonly respond: boolean }[];
}

function subject(r: Random, wild: boolean): string {
  const n = 1 + r.below(3);
  const out: string[] = [];
  for (let i = 0; i < n; i++) {
    const last = i === n - 1;
    const pick = r.below(wild ? 8 : 6);
    if (pick < 6) out.push(r.pick(TOKENS));
    else out.push(last && pick === 7 ? '>' : '*');
  }
  return out.join('.');
}

const some = <T>(r: Random, max: number, make: () => T): T[] => Array.from({ length: 1 + r.below(max) }, make);
const quoted = (list: string[]): string => `[${list.map((s) => JSON.stringify(s)).join(', ')}]`;

function rules(r: Random, queues: boolean): string {
  const one = (): string => {
    const s = subject(r, true);
    return queues && r.below(5) === 0 ? `${s} ${r.pick(['q.A1', 'q.*', 'q.>', 'q.B1'])}` : s;
  };
  switch (r.below(4)) {
    case 0:
      return quoted(some(r, 3, one));
    case 1:
      return `{ allow: ${quoted(some(r, 3, one))} }`;
    case 2:
      return `{ deny: ${quoted(some(r, 2, one))} }`;
    default:
      return `{ allow: ${quoted([...some(r, 2, one), '>'])}, deny: ${quoted(some(r, 2, one))} }`;
  }
}

function permissions(r: Random): string {
  const out: string[] = [];
  if (r.below(2) === 0) out.push(`publish: ${rules(r, false)}`);
  if (r.below(2) === 0) out.push(`subscribe: ${rules(r, true)}`);
  if (r.below(3) === 0)
    out.push(`allow_responses: ${r.pick(['true', '{ max: 2 }', '{ max: 1, expires: "1h" }', '{ max: -1 }'])}`);
  return `{ ${out.join(', ')} }`;
}

/** Every wildcard of a subject bound to a place in another one. */
function renamed(r: Random, source: string): string {
  let n = 0;
  const parts = source
    .split('.')
    .flatMap((t) => (t === '*' ? [r.below(2) === 0 ? `$${++n}` : `{{wildcard(${++n})}}`] : t === '>' ? [] : []));
  const out = [r.pick(['x', 'y', 'a']), ...parts];
  if (source.endsWith('>')) out.push('>');
  return out.join('.');
}

function narrower(r: Random, pattern: string): string {
  return pattern
    .split('.')
    .map((t) => (t === '*' && r.below(3) === 0 ? r.pick(TOKENS) : t === '>' && r.below(3) === 0 ? r.pick(TOKENS) : t))
    .join('.');
}

interface Export {
  readonly kind: 'stream' | 'service';
  readonly subject: string;
  /** Who may import it; everybody when absent. */
  readonly accounts?: readonly string[];
}

function exportText(r: Random, e: Export): string {
  const out = [`${e.kind}: ${JSON.stringify(e.subject)}`];
  if (e.accounts !== undefined) out.push(`accounts: ${quoted([...e.accounts])}`);
  if (e.kind === 'service' && r.below(3) === 0) out.push(`response_type: ${r.pick(['single', 'stream', 'chunked'])}`);
  const star = e.subject.split('.').indexOf('*') + 1;
  if (r.below(10) === 0 && (star > 0 || r.below(6) === 0)) out.push(`account_token_position: ${star || 1}`);
  return `{ ${out.join(', ')} }`;
}

function importText(r: Random, from: string, e: Export): string {
  const wanted = r.below(40) === 0 ? subject(r, true) : narrower(r, e.subject);
  const out = [`${e.kind}: { account: ${from}, subject: ${JSON.stringify(wanted)} }`];
  const way = r.below(3);
  if (way === 0) out.push(`to: ${JSON.stringify(r.below(8) === 0 ? subject(r, true) : renamed(r, wanted))}`);
  else if (way === 1 && e.kind === 'stream') out.push(`prefix: ${JSON.stringify(r.pick(['p', 'p.q', 'a']))}`);
  if (e.kind === 'service' && r.below(4) === 0) out.push('share: true');
  return `{ ${out.join(', ')} }`;
}

function account(r: Random, name: string, shared: Record<string, Export[]>): string {
  const out: string[] = [];
  if (r.below(3) === 0) out.push(`default_permissions: ${permissions(r)}`);
  const users = [1, 2].map((n) => {
    const p = r.below(2) === 0 ? `, permissions: ${permissions(r)}` : '';
    return `{ user: ${name}${n}, password: p${p} }`;
  });
  out.push(`users: [ ${users.join(', ')} ]`);
  const exports = shared[name]!;
  if (exports.length > 0) out.push(`exports: [ ${exports.map((e) => exportText(r, e)).join(', ')} ]`);
  const imports: string[] = [];
  for (const other of NAMES) {
    if (other === name) continue;
    for (const e of shared[other]!) {
      const allowed = e.accounts === undefined || e.accounts.includes(name) || r.below(30) === 0;
      if (allowed && r.below(3) > 0) imports.push(importText(r, other, e));
    }
  }
  if (imports.length > 0) out.push(`imports: [ ${imports.join(', ')} ]`);
  if (r.below(4) === 0) {
    const from = subject(r, true);
    out.push(
      `mappings: { ${JSON.stringify(from)}: ${JSON.stringify(r.below(4) === 0 && !from.endsWith('>') ? subject(r, false) : renamed(r, from))} }`,
    );
  }
  if (r.below(4) === 0) {
    const limits: string[] = [];
    if (r.below(2) === 0) limits.push(`max_connections: ${1 + r.below(3)}`);
    if (r.below(2) === 0) limits.push(`max_subscriptions: ${1 + r.below(5)}`);
    if (r.below(2) === 0) limits.push(`max_payload: ${1 + r.below(6)}`);
    out.push(`limits: { ${limits.join(', ')} }`);
  }
  return `  ${name}: {\n    ${out.join('\n    ')}\n  }`;
}

/** One world. */
export function makeWorld(seed: number): Made {
  const r = createRandom(seed);
  for (let i = 0; i < 8; i++) r.below(2);
  const shared: Record<string, Export[]> = {};
  for (const name of NAMES) {
    const count = r.below(3);
    shared[name] = Array.from({ length: count }, () => ({
      kind: r.pick(['stream', 'service'] as const),
      subject: subject(r, true),
      ...(r.below(4) === 0 ? { accounts: some(r, 2, () => r.pick(NAMES)) } : {}),
    }));
  }
  const config = [
    'accounts {',
    ...NAMES.map((name) => account(r, name, shared)),
    '}',
    r.below(4) === 0 ? `no_auth_user: ${r.pick(NAMES)}1` : '',
    r.below(6) === 0 ? `max_sub_tokens: ${2 + r.below(2)}` : '',
    r.below(8) === 0 ? `max_subscriptions: ${3 + r.below(4)}` : '',
  ].join('\n');
  const users = NAMES.flatMap((n) => [`${n}1`, `${n}2`]).concat(r.pick(NAMES).concat('1'), '');
  const steps: { user: number; text: string; respond: boolean }[] = [];
  for (const [user, name] of users.entries()) {
    let sid = 0;
    const lines = some(r, 4, () => {
      const queue = r.below(4) === 0 ? ` q.${user < 6 ? name : user}` : '';
      return `SUB ${subject(r, true)}${queue} ${queue === '' ? '' : 'q'}${++sid}\r\n`;
    });
    lines.push('SUB inbox.* i\r\n');
    if (r.below(5) === 0) lines.push('UNSUB 1 1\r\n');
    steps.push({ user, text: lines.join(''), respond: false });
  }
  for (let i = 0; i < 24; i++) {
    const reply = r.below(2) === 0 ? ' inbox.1' : '';
    const body = 'z'.repeat(r.below(7));
    steps.push({
      user: r.below(users.length),
      text: `PUB ${subject(r, r.below(12) === 0)}${reply} ${body.length}\r\n${body}\r\n`,
      respond: reply !== '',
    });
  }
  return { config, users, steps };
}

/** Messages and errors one by one, with what differs from run to run left out. */
function heard(text: string): { said: string[]; replies: string[] } {
  const said: string[] = [];
  const replies: string[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.indexOf('\r\n');
    if (end < 0) {
      said.push(rest);
      break;
    }
    const line = rest.slice(0, end);
    rest = rest.slice(end + 2);
    const words = line.split(' ');
    if (words[0] !== 'MSG' && words[0] !== 'HMSG') {
      said.push(line.replace(/_R_\.[^"]*/, '_R_'));
      continue;
    }
    const size = Number(words.at(-1));
    const body = rest.slice(0, size);
    rest = rest.slice(size + 2);
    const head = words.slice(1, words[0] === 'MSG' ? -1 : -2);
    const reply = head[2] ?? '';
    if (reply !== '' && !/ 503\r\n/.test(body)) replies.push(reply);
    const plain = (name: string): string => name.replace(/^_R_\..*/, '_R_');
    const shown = [plain(head[0]!), head[1]!.startsWith('q') ? 'q' : head[1], plain(reply)].join(' ');
    const clean = body.replace(/"(rtt|start|id|host|server)":("[^"]*"|\d+),?/g, '').replace(/,}/g, '}');
    said.push(`${words[0]} ${shown} ${JSON.stringify(clean)}`);
  }
  return { said, replies };
}

/** Holds the conversation; what everybody heard after each step, in an order of its own. */
export async function converse(server: TestServer, made: Made): Promise<string[]> {
  const all: (Talker | null)[] = [];
  const log: string[] = [];
  const ask = async (user: number, text: string): Promise<string> => {
    const t = all[user];
    if (!t) return '';
    const answer = await t.ask(text);
    if (answer.endsWith('<closed>')) {
      t.end();
      all[user] = null;
    }
    return answer;
  };
  /** Asks everybody what came, and answers requests when that is wanted. */
  const round = async (label: string, respond: boolean): Promise<void> => {
    const answers: [number, string][] = [];
    for (let user = 0; user < all.length; user++) {
      const { said, replies } = heard(await ask(user, ''));
      if (said.length > 0) log.push(`${label} -> ${user}: ${said.sort().join(' | ')}`);
      if (respond) for (const reply of replies) answers.push([user, reply]);
    }
    if (!respond || answers.length === 0) return;
    for (const [user, reply] of answers) {
      const { said } = heard(await ask(user, `PUB ${reply} 1\r\nr\r\n`.repeat(2)));
      if (said.length > 0) log.push(`${label} <- ${user}: ${said.sort().join(' | ')}`);
      await round(`${label} answered by ${user}`, false);
    }
  };
  try {
    for (const [user, name] of made.users.entries()) {
      all.push(await talker(server, name === '' ? {} : { user: name, pass: 'p' }));
      log.push(
        `login ${user}: ${heard(await ask(user, ''))
          .said.sort()
          .join(' | ')}`,
      );
    }
    for (const [i, step] of made.steps.entries()) {
      const { said, replies } = heard(await ask(step.user, step.text));
      log.push(`${i} by ${step.user} ${JSON.stringify(step.text)}: ${said.sort().join(' | ')}`);
      const own = step.respond ? replies : [];
      await round(String(i), step.respond);
      for (const reply of own) {
        log.push(
          `${i} own: ${heard(await ask(step.user, `PUB ${reply} 1\r\nr\r\n`))
            .said.sort()
            .join(' | ')}`,
        );
        await round(`${i} own`, false);
      }
    }
  } finally {
    for (const t of all) t?.end();
  }
  return log;
}
