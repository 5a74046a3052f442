import { fail } from '#base/errors.ts';
import { bool, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { renderNscTable } from '#view/nsc-table.ts';
import { goJson } from '../go-json.ts';
import { keyFilter, keyFilterFlags, type ListedKey, listKeys } from '../key-list.ts';
import { type Nsc, openNsc } from '../nsc.ts';

/** `nsc list keys` */
export const command = defineCommand({
  name: 'keys',
  aliases: ['key'],
  help:
    'List keys of the operator, its accounts and users, and where their seeds are\n\n' +
    'Without a kind all keys of the operator, the current account and its users are listed.',
  flags: {
    ...keyFilterFlags,
    curve: { type: 'bool', short: 'x', help: 'Curve keys' },
    'show-seeds': { type: 'bool', short: 'S', help: 'Show the seeds' },
    json: { type: 'bool', short: 'J', help: 'Print the keys as JSON' },
  },
  examples: ['nsc list keys --all', 'nsc list keys --not-referenced', 'nsc list keys --all --filter VSVMGA'],
  tags: { scope: 'local', impact: 'ro' },
  output: list(
    obj({
      name: str,
      pub: str,
      'parent?': str,
      signing: bool,
      curve: bool,
      key_path: str,
      invalid: bool,
      'jwt?': str,
      expected_kind: str,
      'seed?': str,
    }),
  ),
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    if (!(await nsc.disk.has(nsc.dirs.keys))) throw fail('not-found', `keystore \`${nsc.dirs.keys}\` does not exist`);
    if (nsc.config.operator === '' && !flags['not-referenced']) {
      throw fail('not-found', 'operator is not set -- set an operator first or try --not-referenced');
    }
    if (flags['not-referenced'] && flags['show-seeds']) {
      throw fail('usage', 'specify one of --show-seeds or --not-referenced');
    }
    const keys = await listKeys(nsc, keyFilter(nsc, flags, flags.curve));
    const seeds = flags['show-seeds'] ? await seedsOf(nsc, keys) : new Map<string, string>();
    const data = keys.map((key) => keyData(key, seeds));
    const text = () => {
      if (keys.length === 0) return 'no keys matched query\n';
      if (flags.json) return goJson(data);
      return flags['show-seeds'] ? seedsText(runtime, keys, seeds) : keysText(runtime, keys);
    };
    await runtime.show({ data, text });
  },
});

async function seedsOf(nsc: Nsc, keys: readonly ListedKey[]): Promise<Map<string, string>> {
  const seeds = new Map<string, string>();
  for (const { pub, path, invalid } of keys) {
    const pair = path !== '' && !invalid ? await nsc.keys.pair(pub) : undefined;
    if (pair) seeds.set(pub, new TextDecoder().decode(pair.seed()));
  }
  return seeds;
}

/** The original's JSON: the token is base64 of its text. */
function keyData(key: ListedKey, seeds: ReadonlyMap<string, string>) {
  const { name, pub, parent, signing, curve, path, invalid, jwt } = key;
  const seed = seeds.get(pub);
  return {
    name,
    pub,
    ...(parent === undefined ? {} : { parent }),
    signing,
    curve,
    key_path: path,
    invalid,
    ...(jwt === undefined ? {} : { jwt: Buffer.from(jwt).toString('base64') }),
    // The original counts an account's curve key as one of its keys.
    expected_kind: curve ? 'account' : key.kind,
    ...(seed === undefined ? {} : { seed }),
  };
}

function mark({ signing, curve }: ListedKey): string {
  return curve ? 'T' : signing ? '*' : '';
}

const pads: Readonly<Record<string, string>> = { account: ' ', curve: ' ', user: '  ' };

function entity({ name, kind }: ListedKey): string {
  return name === '?' ? name : (pads[kind] ?? '') + name;
}

const CURVE_NOTE = '[ T ] auth callout encryption target\n';

function keysText(runtime: Runtime, keys: readonly ListedKey[]): string {
  const rows = keys.map((key) => {
    const stored = key.invalid ? 'BAD' : key.path === '' ? '' : '*';
    return [entity(key), key.pub, mark(key), stored];
  });
  const headers = ['Entity', 'Key', 'Signing Key', 'Stored'];
  const unknown = keys.some((key) => key.name === '?');
  const note = unknown ? '[ ? ] unreferenced key - may belong to a different operator context\n' : '';
  return `${renderNscTable({ title: 'Keys', headers, rows }, runtime.terminal)}${note}${CURVE_NOTE}\n`;
}

function seedsText(runtime: Runtime, keys: readonly ListedKey[], seeds: ReadonlyMap<string, string>): string {
  const rows = keys.map((key) => {
    const missing = key.path === '' || key.invalid ? '[!]' : '[ERR]';
    return [entity(key), seeds.get(key.pub) ?? `${key.pub} ${missing}`, mark(key)];
  });
  const headers = ['Entity', 'Private Key', 'Signing Key'];
  const notes = `[ ! ] seed is not stored\n[ERR] error reading seed\n${CURVE_NOTE}\n`;
  return renderNscTable({ title: 'Seeds Keys', headers, rows }, runtime.terminal) + notes;
}
