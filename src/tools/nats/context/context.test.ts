import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyContext } from '#client/context.ts';
import { fakeRuntime } from '#runtime/fake.ts';
import { readYaml } from './edit.ts';
import { applyFlags, overridesInPlace } from './fields.ts';
import { contextYaml } from './yaml.ts';

test('the YAML of the editor is read back as it was', async () => {
  const config = {
    ...emptyContext(),
    description: 'a: "b" # c\nd',
    url: 'nats://a:1,nats://b:2',
    password: '- x',
    tls_first: true,
    windows_ca_certs_match: ['one', 'two: 2'],
    nsc: 'op/acc/user',
  };
  const unknown = { future: { a: [1, null] } };
  const text = contextYaml({ config, unknown });
  assert.deepEqual(await readYaml(text), { config, unknown });
  for (const key of Object.keys(emptyContext())) assert.match(text, new RegExp(`^${key}:`, 'm'), key);
  await assert.rejects(readYaml('url: [1]'), /cannot be used: url has a value of the wrong type/);
  await assert.rejects(readYaml('- a'), /not a JSON object/);
});

test('flags become settings', () => {
  const apply = (globals: Record<string, unknown>) => applyFlags(fakeRuntime({ globals }), emptyContext(), undefined);
  assert.equal(apply({}).url, 'nats://127.0.0.1:4222');
  assert.deepEqual(pick(apply({ user: 'u' }), 'user', 'token'), ['', 'u']);
  assert.deepEqual(pick(apply({ user: 'u', password: 'p' }), 'user', 'password', 'token'), ['u', 'p', '']);
  assert.equal(apply({ tlsfirst: true }).tls_first, true);
  assert.equal(
    applyFlags(fakeRuntime({ globals: { 'socks-proxy': 'none' } }), { ...emptyContext(), socks_proxy: 'x' }, undefined)
      .socks_proxy,
    '',
  );
});

function pick<T extends object>(value: T, ...keys: (keyof T)[]) {
  return keys.map((key) => value[key]);
}

test('variables that win over contexts are named', () => {
  assert.deepEqual(overridesInPlace(fakeRuntime({ env: { NATS_CREDS: 'x', NATS_URL: 'u', NATS_USER: '' } })), [
    'NATS_URL',
    'NATS_CREDS',
  ]);
});
