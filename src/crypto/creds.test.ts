import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newAccount } from './account.ts';
import { findKeyLine, parseCreds, parseDecoratedJwt, parseDecoratedSeed } from './creds.ts';
import { decorateJwt, decorateSeed, formatCreds } from './decorate.ts';
import { encode } from './jwt.ts';
import { createKeyPair, isPublicKey, isSeed } from './nkeys.ts';
import { newUser } from './user.ts';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const account = await createKeyPair('account');
const user = await createKeyPair('user');
const token = await encode(newUser(user.publicKey), account, 1);

test('a creds file has the exact form of the original', async () => {
  const seed = text(user.seed());
  assert.equal(
    formatCreds(token, user.publicKey, user),
    [
      '-----BEGIN NATS USER JWT-----',
      token,
      '------END NATS USER JWT------',
      '',
      '************************* IMPORTANT *************************',
      'NKEY Seed printed below can be used to sign and prove identity.',
      'NKEYs are sensitive and should be treated as secrets.',
      '',
      '-----BEGIN USER NKEY SEED-----',
      seed,
      '------END USER NKEY SEED------',
      '',
      '*************************************************************',
      '',
    ].join('\n'),
  );
});

test('creds are read back, with either kind of line end and without a last one', async () => {
  const file = formatCreds(token, user.publicKey, user);
  for (const form of [file, file.replaceAll('\n', '\r\n'), file.replace(/\n+\*+\n$/, '')]) {
    const creds = parseCreds(form);
    assert.equal(creds.jwt, token);
    assert.deepEqual(creds.seed, user.seed());
    assert.deepEqual(parseCreds(new TextEncoder().encode(form)), creds);
  }
});

test('bare tokens, bare seeds and commented key files', async () => {
  assert.equal(parseDecoratedJwt(` ${token}\n`), token);
  assert.deepEqual(parseDecoratedSeed(`# my key\n  ${text(user.seed())}\r\n`), user.seed());
  assert.equal(parseDecoratedSeed('nothing here'), undefined);
  assert.deepEqual(parseCreds(decorateSeed(user.seed())), { jwt: '', seed: user.seed() });
  assert.deepEqual(parseCreds(await decorateJwt(token)), { jwt: token, seed: undefined });
  const file = `x\r\n${user.publicKey}\r\n${text(user.seed())}\r\n`;
  assert.equal(
    findKeyLine(file, (line) => isSeed(line)),
    text(user.seed()),
  );
  assert.equal(
    findKeyLine(file, (line) => isPublicKey(line)),
    user.publicKey,
  );
  assert.equal(
    findKeyLine(` ${user.publicKey}`, (line) => isPublicKey(line)),
    undefined,
  );
});

test('other tokens and seeds are named after their kind; others are refused', async () => {
  const acc = await encode(newAccount(account.publicKey), account, 1);
  assert.match(await decorateJwt(acc), /^-----BEGIN NATS ACCOUNT JWT-----\n.*\n------END NATS ACCOUNT JWT------\n\n$/);
  assert.match(decorateSeed(account.seed()), /BEGIN ACCOUNT NKEY SEED/);
  assert.throws(() => decorateSeed(user.publicKey), /not an operator, account or user seed/);
  const server = await createKeyPair('server');
  assert.throws(() => decorateSeed(server.seed()), /not an operator, account or user seed/);
  assert.throws(() => formatCreds(token, user.publicKey, account), /does not belong/);
});

test('a long line of dashes does not stall the reader', () => {
  const hostile = `${'-'.repeat(50_000)}\n`.repeat(4);
  assert.deepEqual(parseCreds(hostile), { jwt: '', seed: undefined });
});
