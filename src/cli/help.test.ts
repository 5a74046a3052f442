import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from './help.ts';
import type { Scan } from './scan/scan.ts';
import { none } from './schema.ts';
import type { Tool } from './tree.ts';

const args = {
  stream: { type: 'string', required: true, placeholder: 'NAME', help: 'h' },
  more: { type: 'string', cumulative: true, help: 'h' },
} as const;

test('the usage line names arguments, the list shows placeholders; only kingpin tells them apart', () => {
  const shown = (dialect: Tool['dialect']) => {
    const tool: Tool = { name: 't', dialect, help: 'h', version: '1', flags: {}, children: [] };
    const command = { spec: { name: 'x', help: 'h', output: none, args }, run: async () => undefined };
    const path = [{ name: 'x', aliases: [], summary: 'h', hidden: false }];
    const scan: Scan = { tool, path, command, known: new Map(), given: new Map(), args: [] };
    return helpText(scan, { width: 80, globals: false }).split('\n');
  };
  const lines = shown('kingpin');
  assert.equal(lines[0], 'usage: t x <stream> [<more>...]');
  assert.deepEqual(
    lines.slice(lines.indexOf('Args:') + 1, lines.indexOf('Args:') + 3).map((line) => line.trim().split(' ')[0]),
    ['NAME', '[<more>]'],
  );
  assert.equal(shown('cobra')[0], 'usage: t x NAME [<more>...]');
});
