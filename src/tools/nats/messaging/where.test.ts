import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MsgHeaders } from '#wire/headers.ts';
import { whereFilter } from './where.ts';

const message = {
  subject: 'orders.eu.1',
  reply: 'r',
  headers: MsgHeaders.from([
    ['Kind', 'new'],
    ['Tag', 'a'],
    ['Tag', 'b'],
  ]),
  data: new TextEncoder().encode('{"total":50,"id":18446744073709551615,"items":[{"sku":"x"}]}'),
};

test('subject, headers and body', () => {
  for (const [source, wanted] of [
    ['subject startsWith "orders."', true],
    ['headers.Kind == "new" and body.total > 10', true],
    ['body.total > 100', false],
    ['"b" in headers.Tag', true],
    ['body.items[0].sku == "x"', true],
    ['body.id == 18446744073709551615', true],
    ['body.none.deeper == 1', false],
    ['headers.None == "x"', false],
    ['text contains "sku"', true],
    ['size > 1000', false],
    ['reply == "r"', true],
    ['body.total + "x" > 1', false],
  ] as const) {
    assert.equal(whereFilter(source)(message), wanted, source);
  }
});

test('bodies that are no JSON have none', () => {
  const plain = { subject: 's', data: Uint8Array.of(0xff) };
  assert.equal(whereFilter('body == nil')(plain), true);
  assert.equal(whereFilter('body.a == 1')(plain), false);
});

test('nonsense is told at once, what is no condition at the first message', () => {
  assert.throws(() => whereFilter('body.total >'));
  assert.throws(() => whereFilter('nope == 1'));
  assert.throws(() => whereFilter('body.total')(message), /no condition/);
});
