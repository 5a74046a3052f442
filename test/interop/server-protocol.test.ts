/**
 * The same bytes sent to our server and to nats-server get the same answer. Each script is one connection; the
 * answers are compared whole, close included.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { normal, rawClient, realServer, startOurs, startReal, type TestServer } from './server-world.ts';

const HELLO =
  'CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true,"lang":"t","version":"1"}\r\n';
const QUIET = 'CONNECT {"verbose":false,"pedantic":false}\r\n';
const LOUD = 'CONNECT {"verbose":true,"pedantic":true,"protocol":1,"headers":true,"no_responders":true}\r\n';

/** name, what is sent, whether the server then closes by itself. */
const scripts: [string, string, boolean?][] = [
  ['nothing but a ping', 'PING\r\n'],
  ['connect and ping', `${HELLO}PING\r\n`],
  ['verbose defaults before CONNECT', 'SUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n'],
  [
    'verbose and pedantic',
    `${LOUD}SUB foo 1\r\nPUB foo 2\r\nhi\r\nPUB fo.*.o 1\r\nx\r\nUNSUB 1\r\nUNSUB 77\r\nPING\r\n`,
  ],
  [
    'lower case operations',
    `${HELLO.replace('CONNECT', 'connect')}sub foo 1\r\npub foo 2\r\nhi\r\nunsub 1\r\nping\r\n`,
  ],
  ['lone line feeds', `${HELLO.replace('\r', '')}SUB foo 1\nPUB foo 2\nhi\r\nPING\n`],
  ['tabs and many blanks', `${HELLO}SUB\tfoo \t 1\r\nPUB \t foo   2\r\nhi\r\nPUB foo\t bar \t2 \r\nhi\r\nPING\r\n`],
  [
    'leading zeros in sizes',
    `${HELLO}SUB foo 1\r\nPUB foo 0002\r\nhi\r\nHPUB foo 012 014\r\nNATS/1.0\r\n\r\nhi\r\nPING\r\n`,
  ],
  [
    'wildcards',
    `${HELLO}SUB a.*.c 1\r\nPUB a.b.c 0\r\n\r\nPUB a.b.d 0\r\n\r\nUNSUB 1\r\nSUB a.> 2\r\nPUB a 0\r\n\r\nPUB a.b 0\r\n\r\nPUB a.b.c.d 0\r\n\r\nPING\r\n`,
  ],
  ['wildcard in a published subject', `${HELLO}SUB a.* 1\r\nSUB a.b 2\r\nPUB a.* 1\r\nx\r\nPUB a.> 1\r\ny\r\nPING\r\n`],
  [
    'odd subjects',
    `${HELLO}SUB .a 1\r\nSUB a. 2\r\nSUB a..b 3\r\nSUB >.a 4\r\nSUB a.>.b 5\r\nSUB * 6\r\nSUB a* 7\r\nPUB a* 1\r\nx\r\nPUB a..b 1\r\nx\r\nPUB .a 0\r\n\r\nPING\r\n`,
  ],
  ['bytes above ASCII in subjects', `${HELLO}SUB \xc3\xa9.\xff 1\r\nPUB \xc3\xa9.\xff 2\r\n\xfe\xff\r\nPING\r\n`],
  [
    'headers',
    `${HELLO}SUB foo 1\r\nHPUB foo 23 28\r\nNATS/1.0\r\nA: b\r\nA:c\r\n\r\nhello\r\nHPUB foo re 12 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n`,
  ],
  ['header of nothing', `${HELLO}SUB foo 1\r\nHPUB foo 0 2\r\nhi\r\nPING\r\n`],
  ['headers without having asked for them', `${QUIET}HPUB foo 12 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n`, true],
  ['header longer than the message', `${HELLO}HPUB foo 20 12\r\nNATS/1.0\r\n\r\n\r\n`, true],
  ['header size missing', `${HELLO}HPUB foo x 12\r\nNATS/1.0\r\n\r\n\r\n`, true],
  ['no responders', `${HELLO}SUB _INBOX.> 9\r\nPUB none _INBOX.x 0\r\n\r\nPUB \xc3\xa9 _INBOX.y 1\r\nz\r\nPING\r\n`],
  ['no responders without a subscription for the reply', `${HELLO}PUB none _INBOX.x 0\r\n\r\nPING\r\n`],
  ['no responders needs headers', 'CONNECT {"no_responders":true,"headers":false}\r\n', true],
  ['unknown client protocol', 'CONNECT {"protocol":2}\r\n', true],
  ['account wish', 'CONNECT {"account":"X"}\r\n', true],
  ['echo off', `${HELLO.replace('{', '{"echo":false,')}SUB foo 1\r\nPUB foo 1\r\nx\r\nPING\r\n`],
  [
    'unsubscribe after a maximum',
    `${HELLO}SUB foo 1\r\nUNSUB 1 2\r\nPUB foo 1\r\na\r\nPUB foo 1\r\nb\r\nPUB foo 1\r\nc\r\nPING\r\n`,
  ],
  [
    'maximum already passed',
    `${HELLO}SUB foo 1\r\nPUB foo 1\r\na\r\nPUB foo 1\r\nb\r\nUNSUB 1 1\r\nPUB foo 1\r\nc\r\nPING\r\n`,
  ],
  [
    'maximum raised',
    `${HELLO}SUB foo 1\r\nUNSUB 1 1\r\nUNSUB 1 3\r\nPUB foo 0\r\n\r\nPUB foo 0\r\n\r\nPUB foo 0\r\n\r\nPUB foo 0\r\n\r\nPING\r\n`,
  ],
  ['maximum that is no number', `${HELLO}SUB foo 1\r\nUNSUB 1 x\r\nPUB foo 0\r\n\r\nPING\r\n`],
  ['same sid twice', `${LOUD}SUB foo 1\r\nSUB bar 1\r\nPUB foo 1\r\na\r\nPUB bar 1\r\nb\r\nPING\r\n`],
  ['overlapping subscriptions', `${HELLO}SUB foo 1\r\nSUB foo 2\r\nUNSUB 1\r\nPUB foo 1\r\na\r\nPING\r\n`],
  ['queue groups', `${HELLO}SUB foo q 1\r\nPUB foo 1\r\na\r\nPUB foo 1\r\nb\r\nUNSUB 1\r\nPUB foo 1\r\nc\r\nPING\r\n`],
  ['reserved queue group', `${HELLO}SUB foo _sys_ 1\r\nPING\r\n`],
  [
    'reserved subjects and replies',
    `${HELLO}PUB _GR_.x 0\r\n\r\nPUB $NRG.x 0\r\n\r\nPUB a _R_.x 0\r\n\r\nPUB a $JS.ACK.x 0\r\n\r\nPUB a _GR_.x.y 0\r\n\r\nPING\r\n`,
  ],
  ['plus OK from a client', `${HELLO}+OK\r\nPING\r\n`],
  ['INFO from a client', `${HELLO}INFO {}\r\nPING\r\n`],
  ['ERR from a client', `${HELLO}-ERR 'x'\r\nPING\r\n`, true],
  ['something after PING', `${HELLO}PING now\r\nPONG later\r\nPING\r\n`],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', true],
  ['unknown operation', `${HELLO}FOO\r\n`, true],
  ['unknown operation without line end', `${HELLO}PUX`, true],
  ['empty line', `${HELLO}\r\n`, true],
  ['payload longer than said', `${HELLO}PUB foo 2\r\nabc\r\n`, true],
  ['payload ended by a line feed', `${HELLO}PUB foo 2\r\nab\n`, true],
  ['too few arguments to PUB', `${HELLO}PUB foo\r\n`, true],
  ['too many arguments to PUB', `${HELLO}PUB a b c 1\r\n`, true],
  ['size that is no number', `${HELLO}PUB foo -1\r\n`, true],
  ['size of ten digits', `${HELLO}PUB foo 1234567890\r\n`, true],
  ['size over the maximum', `${HELLO}PUB foo 1048577\r\n`, true],
  ['header message over the maximum', `${HELLO}HPUB foo 12 1048577\r\n`, true],
  ['too few arguments to SUB', `${HELLO}SUB foo\r\n`, true],
  ['too many arguments to SUB', `${HELLO}SUB a b c d\r\n`, true],
  ['too few arguments to UNSUB', `${HELLO}UNSUB\r\n`],
  ['too many arguments to UNSUB', `${HELLO}UNSUB 1 2 3\r\n`, true],
  ['control line too long', `${HELLO}SUB ${'a'.repeat(4097)} 1\r\n`, true],
  ['control line too long without an end', `${HELLO}PUB ${'a'.repeat(5000)}`, true],
  ['CONNECT that is no JSON', 'CONNECT {\r\n', true],
  ['CONNECT with wrong types', 'CONNECT {"verbose":"yes"}\r\n', true],
  ['CONNECT null', 'CONNECT null\r\nPING\r\n'],
  ['second CONNECT', `${HELLO}SUB foo 1\r\n${QUIET}PUB foo 1\r\na\r\nSUB foo 2\r\nPUB foo 1\r\nb\r\nPING\r\n`],
];

async function answer(server: TestServer, script: string, closes: boolean, pieces: boolean): Promise<string> {
  const c = await rawClient(server.port);
  try {
    await c.until('INFO ');
    if (pieces)
      for (let i = 0; i < script.length; i += 7) {
        c.send(script.slice(i, i + 7));
        if (i % 70 === 0) await new Promise((r) => setImmediate(r));
      }
    else c.send(script);
    if (closes) return normal(await c.closed());
    if (script.endsWith('UNSUB\r\n')) return 'waits';
    await c.until(/PONG\r\n(INFO [^\n]*\n)?$/);
    return normal(c.text());
  } finally {
    c.end();
  }
}

describe('raw protocol', { skip: realServer() === null && 'no nats-server' }, () => {
  let ours: TestServer;
  let real: TestServer;
  before(async () => {
    ours = await startOurs();
    real = await startReal();
  });
  after(async () => {
    await ours?.stop();
    await real?.stop();
  });
  for (const [name, script, closes = false] of scripts) {
    test(name, async () => {
      const expected = await answer(real, script, closes, false);
      assert.equal(await answer(ours, script, closes, false), expected);
      // A close while bytes still arrive resets the connection, and the reset may overtake the answer.
      if (!name.endsWith('without an end')) {
        assert.equal(await answer(ours, script, closes, true), expected, 'sent in pieces');
      }
    });
  }
});
