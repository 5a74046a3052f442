import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from './errors.ts';

test('seeds and tokens are taken out of messages, public keys and file names stay', () => {
  const seed = `SUA${'B2'.repeat(27)}C`;
  assert.equal(withoutSecrets(`no file "${seed}"`), 'no file "SU..."');
  assert.equal(withoutSecrets(`no file "${seed}X"`), 'no file "SU..."');
  assert.equal(withoutSecrets(`no file "x/${seed.slice(0, -3)}"`), 'no file "x/SU..."');
  const key = `UA${'B2'.repeat(27)}`;
  for (const text of [key, `keys/U/AB/${key}.nk`, 'SYSTEM', 'eyJ.a.b', 'SAMPLES.OF.THINGS']) {
    assert.equal(withoutSecrets(text), text);
  }
  const token = `${btoa('{"typ":"JWT"}').replace(/=+$/, '')}.${'a'.repeat(40)}.${'b-_'.repeat(20)}`;
  assert.equal(withoutSecrets(`bad token ${token} here`), 'bad token eyJ... here');
});
