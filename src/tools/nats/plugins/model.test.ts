import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlagSpecs, Input } from '#cli/spec.ts';
import { type CommandModel, pluginArgs, pluginNode, readModel } from './model.ts';

const model: CommandModel = {
  help: 'Says hello',
  flags: [{ name: 'server' }],
  commands: [
    {
      name: 'say',
      args: [
        { name: 'who', required: true },
        { name: 'more', cumulative: true },
      ],
      flags: [
        { name: 'loud', boolean: true, short: 108 },
        { name: 'tag', cumulative: true },
      ],
    },
    { name: 'group', commands: [{ name: 'inner', help: 'Inner' }] },
  ],
};

test('a description becomes commands', async () => {
  const node = pluginNode('hello', { cmd: '/x', def: model });
  assert.deepEqual(
    node.children?.map((n) => n.name),
    ['say', 'group'],
  );
  const command = await node.children?.[0]?.load?.();
  assert.equal(command?.spec.flags?.['loud']?.short, 'l');
  assert.equal(command?.spec.args?.['more']?.cumulative, true);
  // A flag the tool has itself is that one.
  assert.deepEqual(Object.keys(node.group?.flags ?? {}), []);
  assert.throws(() => pluginNode('x', { cmd: '/x', def: {} }), /plugin declared no help/);
  assert.throws(() => readModel('', '/bin/true'), /unexpected end of JSON input/);
});

test('what was given becomes a command line', () => {
  const input = (args: object, flags: object) =>
    ({ args, flags, isSet: (name: string) => name in flags, path: [] }) as unknown as Input;
  const flags: FlagSpecs = {
    server: { type: 'string', help: '' },
    loud: { type: 'bool', help: '', negatable: true },
    tag: { type: 'string', help: '', cumulative: true },
  };
  const args = { who: { type: 'string', help: '' }, more: { type: 'string', help: '', cumulative: true } } as const;
  const line = (given: Input, globals = new Map<string, unknown>()) =>
    pluginArgs(['say'], flags, args, given, globals).join(' ');
  assert.equal(line(input({ who: 'bob', more: ['a', 'b'] }, { tag: ['x', 'y'] })), 'say bob --tag=x --tag=y a b');
  assert.equal(line(input({ who: 'bob' }, { loud: false })), 'say bob --no-loud');
  assert.equal(line(input({ who: 'bob' }, {}), new Map([['server', 'h']])), 'say bob --server=h');
  assert.equal(line(input({ who: '--rm' }, { loud: true })), 'say --loud -- --rm');
});
