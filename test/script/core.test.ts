// publish and subscribe as people use them, on the embedded server and on nats-server.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Msg } from '#client/types.ts';
import { onEveryServer } from '#test/worlds.ts';

onEveryServer((story) => {
  story('a message with headers and a reply subject, an empty one', async ({ user, fresh, subscribed }) => {
    const s = fresh();
    const sub = user.start(['nats', 'sub', `${s}.>`, '--count', '2']);
    await sub.said(/Subscribing on/);
    await subscribed(`${s}.>`);
    const pub = await user.run(['nats', 'pub', `${s}.a`, 'hello', '-H', 'A:1', '-H', 'B: two words', '--reply', 'r.1']);
    assert.deepEqual([pub.status, pub.out], [0, '']);
    assert.match(pub.err, new RegExp(`^\\d\\d:\\d\\d:\\d\\d Published 5 bytes to "${s}.a"\n$`));
    await user.run(['nats', 'pub', `${s}.b`, '']);
    const { status, out } = await sub.ended;
    assert.equal(status, 0);
    assert.equal(
      out,
      `[#1] Received on "${s}.a" with reply "r.1"\nA: 1\nB: two words\n\nhello\n\n\n[#2] Received on "${s}.b"\nnil body\n\n\n`,
    );
  });

  story('bytes pass through standard input and a pipe unchanged', async ({ user, fresh, subscribed }) => {
    const s = fresh();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) & 255);
    const sub = user.start(['nats', 'sub', s, '--raw', '--count', '1']);
    await subscribed(s);
    await user.run(['nats', 'pub', s], { stdin: bytes });
    const { bytes: got } = await sub.ended;
    assert.deepEqual(got.subarray(0, bytes.length), Buffer.from(bytes));
  });

  story('lines of standard input are messages, empty ones too', async ({ user, fresh, watch }) => {
    const s = fresh();
    const next = await watch(s);
    await user.run(['nats', 'pub', s, '--send-on', 'newline'], { stdin: 'one\r\n\nthree' });
    assert.deepEqual(
      (await next(3)).map((m) => m.string()),
      ['one', '', 'three'],
    );
  });

  story('templates in subject, body and headers; a broken one is sent as it is', async ({ user, fresh, watch }) => {
    const s = fresh();
    const next = await watch(`${s}.*`);
    await user.run([
      'nats',
      'pub',
      `${s}.{{Count}}`,
      'n{{Count}} {{.Cnt}} {{ID}} {{Random 3 3}}',
      '-H',
      'N:{{Count}}',
      '--count',
      '2',
    ]);
    const broken = await user.run(['nats', 'pub', `${s}.x`, '{{Nope}}']);
    const plain = await user.run(['nats', 'pub', `${s}.y`, '{{Count}}', '--no-templates']);
    const wrong = ['{{Count 1}}', '{{Random "1" 2}}', '{{Random 1000000000000000000000 1}}', '{{.ID 1}}'];
    for (const text of wrong) {
      const sent = await user.run(['nats', 'pub', `${s}.z`, text]);
      assert.match(sent.err, /Could not parse body template/, text);
    }
    const got = await next(4 + wrong.length);
    assert.deepEqual(
      got.slice(0, 4).map((m) => m.subject),
      [`${s}.1`, `${s}.2`, `${s}.x`, `${s}.y`],
    );
    assert.deepEqual(
      got.slice(4).map((m) => m.string()),
      wrong,
    );
    assert.match((got[1] as Msg).string(), /^n2 2 [A-Za-z0-9]{22} [A-Za-z0-9]{3}$/);
    assert.equal((got[1] as Msg).headers?.get('N'), '2');
    assert.deepEqual([got[2]?.string(), got[3]?.string()], ['{{Nope}}', '{{Count}}']);
    assert.deepEqual([broken.status, plain.status], [0, 0]);
    assert.match(broken.err, /Could not parse body template/);
  });

  story('records of sub are read back by pub byte for byte', async ({ user, nc, fresh, watch, subscribed }) => {
    const s = fresh();
    const sub = user.start(['nats', 'sub', `${s}.in.>`, '--as', 'ndjson', '--count', '4']);
    await sub.said(/Subscribing on/);
    await subscribed(`${s}.in.>`);
    const binary = Uint8Array.from({ length: 300 }, (_, i) => i & 255);
    nc.publish(`${s}.in.text`, 'grüße "x"\n', {
      headers: [
        ['b', '1'],
        ['A', 'two'],
        ['b', '3'],
      ],
    });
    nc.publish(`${s}.in.binary`, binary, { headers: [['Kind', 'bin']] });
    nc.publish(`${s}.in.empty`);
    nc.publish(`${s}.in.json`, '{"n":12345678901234567890}');
    const { out } = await sub.ended;
    const next = await watch(`${s}.out.>`);
    const pub = await user.run(['nats', 'pub', `${s}.out.>`, '--records', '-q'], { stdin: out });
    assert.deepEqual([pub.status, pub.err], [0, '']);
    const got = await next(4);
    assert.equal(got[0]?.subject, `${s}.out.${s}.in.text`);
    assert.equal(got[0]?.string(), 'grüße "x"\n');
    assert.deepEqual(got[0]?.headers?.entries(), [
      ['b', '1'],
      ['A', 'two'],
      ['b', '3'],
    ]);
    assert.deepEqual(got[1]?.data, binary);
    assert.deepEqual(got[1]?.headers?.entries(), [['Kind', 'bin']]);
    assert.deepEqual([got[2]?.data.length, got[2]?.headers], [0, undefined]);
    assert.equal(got[3]?.string(), '{"n":12345678901234567890}');
    const bad = await user.run(['nats', 'pub', '>', '--records'], { stdin: '{"subject":"x"}\n{"data":1}\n' });
    assert.equal(bad.status, 1);
    assert.match(bad.err, /line 2: the record has no subject/);
  });

  story('header blocks of records go out as they are, or the error names the line', async ({ user, fresh, watch }) => {
    const s = fresh();
    const records = (...blocks: unknown[]) =>
      blocks.map((headers_base64, i) => `${JSON.stringify({ subject: `${s}.${i + 1}`, headers_base64 })}\n`).join('');
    const block = (text: string) => Buffer.from(text).toString('base64');
    const odd = ['NATS/1.0\r\n\r\n', 'NATS/1.0\r\nno colon\r\nA b: c\r\n\r\n'];
    const next = await watch(`${s}.*`);
    const sent = await user.run(['nats', 'pub', '>', '--records', '-q'], { stdin: records(...odd.map(block)) });
    assert.deepEqual([sent.status, sent.err], [0, '']);
    const more = await user.run(['nats', 'pub', '>', '--records', '-q', '-H', 'D:e'], {
      stdin: records(...odd.map(block)),
    });
    assert.deepEqual([more.status, more.err], [0, '']);
    assert.deepEqual(
      (await next(4)).map((m) => Buffer.from(m.headers?.raw ?? []).toString()),
      [...odd, 'NATS/1.0\r\nD: e\r\n\r\n', 'NATS/1.0\r\nno colon\r\nA b: c\r\nD: e\r\n\r\n'],
    );
    const bad = ['AAAA', '!!!!', 7, block('NATS/1.0\r\nA: b\r\n')];
    for (const one of bad) {
      const ran = await user.run(['nats', 'pub', '>', '--records'], { stdin: records(block(odd[0] ?? ''), one) });
      assert.equal(ran.status, 1, String(one));
      assert.match(ran.err, /nats: error: line 2: headers_base64 is no /, String(one));
    }
    const subject = await user.run(['nats', 'pub', '>', '--records'], { stdin: '\n{"subject":"a b"}\n' });
    assert.deepEqual([subject.status, /line 2: nats: invalid subject/.test(subject.err)], [1, true]);
  });

  story('filters and forms: --where, --ignore-subject, --codec, --jq', async ({ user, nc, fresh, subscribed }) => {
    const s = fresh();
    const run = (...flags: string[]) => user.start(['nats', 'sub', `${s}.>`, '--count', '1', ...flags]);
    const where = run('--where', 'headers.Kind == "new" and body.total > 10', '--raw');
    const ignore = run('-I', `${s}.a`, '--subjects-only');
    const hex = run('--codec', 'hex', '--raw');
    const json = run('--codec', 'json', '--as', 'ndjson', '--jq', '.json.total');
    await subscribed(`${s}.>`, 4);
    nc.publish(`${s}.a`, '{"total":5}', { headers: { Kind: 'new' } });
    nc.publish(`${s}.b`, '{"total":50}', { headers: { Kind: 'new' } });
    assert.equal((await where.ended).out, '{"total":50}\n');
    assert.equal((await ignore.ended).out, `[#1] Received on "${s}.b"\n`);
    assert.match((await hex.ended).out, /^00000000 {2}7b 22 74 6f 74 61 6c 22 {2}3a 35 7d .*\|\{"total":5\}\|\n$/);
    assert.equal((await json.ended).out.trim(), '5');
    const nonsense = await user.run(['nats', 'sub', s, '--where', 'body.total >']);
    assert.deepEqual([nonsense.status, nonsense.out], [1, '']);
  });

  story('dumps are private files named by number', async ({ user, nc, fresh, subscribed }) => {
    const s = fresh();
    const dir = join(user.home, `dump-${s}`);
    const sub = user.start(['nats', 'sub', s, '--dump', dir, '--count', '2']);
    await subscribed(s);
    nc.publish(s, 'body <one>', { headers: { K: 'v' }, reply: '../../r' });
    nc.publish(s, 'two');
    assert.deepEqual([(await sub.ended).out, (await sub.ended).status], ['', 0]);
    assert.deepEqual(readdirSync(dir).sort(), ['1.json', '2.json']);
    const first = readFileSync(join(dir, '1.json'), 'utf8');
    assert.equal(
      first,
      `{"Subject":"${s}","Reply":"../../r","Header":{"K":["v"]},"Data":"Ym9keSA8b25lPg==","Sub":null}`,
    );
    assert.equal(statSync(join(dir, '1.json')).mode & 0o777, 0o600);
  });

  story('reports count subjects', async ({ user, nc, fresh, subscribed }) => {
    const s = fresh();
    const sub = user.start(['nats', 'sub', `${s}.>`, '--report-subjects', '--count', '3', '--as', 'json']);
    await subscribed(`${s}.>`);
    for (const part of ['a', 'b', 'b']) nc.publish(`${s}.${part}`, 'xy');
    assert.deepEqual(JSON.parse((await sub.ended).out), [
      { subject: `${s}.b`, count: 2, bytes: 4 },
      { subject: `${s}.a`, count: 1, bytes: 2 },
    ]);
  });

  story(
    'ends: quiet time, count over several subjects, SIGINT, a reader that leaves',
    async ({ user, nc, fresh, subscribed }) => {
      const s = fresh();
      assert.deepEqual([(await user.run(['nats', 'sub', s, '--wait', '200ms'])).status], [0]);
      const several = user.start(['nats', 'sub', `${s}.a`, `${s}.b`, '--count', '2', '--subjects-only']);
      await subscribed(`${s}.b`);
      for (const part of ['b', 'a', 'b']) nc.publish(`${s}.${part}`);
      assert.equal((await several.ended).out, `[#1] Received on "${s}.b"\n[#2] Received on "${s}.a"\n`);
      const json = user.start(['nats', 'sub', s, '--as', 'json']);
      await subscribed(s);
      nc.publish(s, 'x');
      await json.said(/"data": "x"/);
      const ended = await json.stop('SIGINT');
      assert.equal(ended.status, 130);
      assert.equal(JSON.parse(ended.out).length, 1);
      const t = fresh();
      const head = user.start(['sh', '-c', `nats sub ${t} --raw | head -n 1`]);
      await subscribed(t);
      nc.publish(t, 'first');
      await head.said(/first/);
      for (let i = 0; i < 50 && head.child.exitCode === null; i++) {
        nc.publish(t, 'more');
        await nc.flush();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.deepEqual([(await head.ended).status, (await head.ended).err.includes('EPIPE')], [0, false]);
    },
  );

  story('inbox, plan, and what is refused', async ({ user, nc, fresh, watch, subscribed }) => {
    const inbox = user.start(['nats', 'sub', '--inbox', '--raw', '--count', '1']);
    const [, subject] = await inbox.said(/Subscribing on (_INBOX\.\S+)/);
    await subscribed(subject as string);
    nc.publish(subject as string, 'hi');
    assert.equal((await inbox.ended).out, 'hi\n');
    const s = fresh();
    const next = await watch(s);
    const plan = await user.run(['nats', 'pub', s, 'x', '--plan', '--as', 'json']);
    assert.deepEqual(JSON.parse(plan.out), [{ subject: s, bytes: 1 }]);
    nc.publish(s, 'real');
    assert.equal((await next(1))[0]?.string(), 'real');
    for (const argv of [
      ['sub'],
      ['sub', 'a', 'b', '--all'],
      ['sub', 'a', '--queue', 'q', '--all'],
      ['sub', 'a', '-t', '-d'],
      ['sub', 'a', '-T'],
      ['pub', 'a b', 'x'],
      ['pub', 'a', 'b', '-H', 'x'],
      ['sub', 'a', '--graph'],
    ]) {
      const refused = await user.run(['nats', ...argv]);
      assert.equal(refused.status, 1, argv.join(' '));
      assert.match(refused.err, /error: /, argv.join(' '));
      assert.equal((await user.run(['nats', ...argv, '--strict'])).status, 2, argv.join(' '));
    }
  });
});
