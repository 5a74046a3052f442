// request, reply and rtt as people use them, on the embedded server and on nats-server.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createUser } from '#test/program.ts';
import { onEveryServer } from '#test/worlds.ts';

onEveryServer((story) => {
  story('requests: one reply, several, none, nobody', async ({ user, fresh, watch }) => {
    const s = fresh();
    const reply = user.start(['nats', 'reply', s, 'n{{Count}} to {{Request}}', '-H', 'X:{{Count}}']);
    await reply.said(/Listening on/);
    const req = await user.run(['nats', 'req', s, 'one']);
    assert.deepEqual([req.status, req.out], [0, 'n0 to one\n\n\n']);
    assert.match(req.err, new RegExp(`Sending request on "${s}"\n.*Received with rtt \\d.*\n.*X: 0\n`));
    const data = await user.run(['nats', 'req', s, 'two', '--as', 'ndjson']);
    const record = JSON.parse(data.out);
    assert.deepEqual([record.request, record.data, record.headers], [1, 'n1 to two', { X: ['1'] }]);
    assert.ok(record.rtt > 0);
    assert.equal((await reply.stop()).status, 130);
    const nobody = await user.run(['nats', 'req', fresh(), '']);
    assert.equal(nobody.status, 0);
    assert.match(nobody.err, /No responders are available/);
    const strict = await user.run(['nats', 'req', fresh(), '', '--strict', '--as', 'json']);
    assert.equal(strict.status, 6);
    assert.equal(JSON.parse(strict.err.trim().split('\n').at(-1) as string).error.cause, 'no-responders');
    const silent = fresh();
    await watch(silent);
    assert.equal((await user.run(['nats', 'req', silent, '', '--timeout', '200ms'])).status, 0);
    assert.equal((await user.run(['nats', 'req', silent, '', '--timeout', '200ms', '--strict'])).status, 5);
  });

  story('both streams in one place keep the order in which things were said', async ({ user, fresh }) => {
    const s = fresh();
    const replies = ['one', 'two'].map((text) => user.start(['nats', 'reply', s, text, '--queue', text]));
    await Promise.all(replies.map((reply) => reply.said(/Listening on/)));
    const { out } = await user.run(['sh', '-c', `nats req ${s} x --replies 2 2>&1`]);
    const lines = out.split('\n').filter((line) => line !== '');
    const shapes = lines.map((line) => (/Sending|Received/.exec(line) ?? ['body'])[0]);
    assert.deepEqual(shapes, ['Sending', 'Received', 'body', 'Received', 'body'], out);
    await Promise.all(replies.map((reply) => reply.stop()));
  });

  story('of many messages only the end is told, on stdout', async ({ user, nc, fresh }) => {
    const s = fresh();
    const echo = nc.subscribe(s, { callback: (msg) => void msg.respond(msg.data) });
    const line = /^ done! \[21 in [^;]+; [\d.]+K?\/s\]\n$/;
    for (const word of ['pub', 'req']) {
      const many = await user.run(['nats', word, s, 'x', '--count', '21']);
      assert.match(many.out, line, word);
      assert.deepEqual([many.status, many.err], [0, ''], word);
    }
    echo.unsubscribe();
    const nobody = await user.run(['nats', 'req', fresh(), 'x', '--count', '21']);
    assert.equal(nobody.out, '');
  });

  story('reply: echo, count, and a command that no request can steer', async ({ user, nc, fresh }) => {
    const s = fresh();
    const echo = user.start(['nats', 'reply', s, '--echo', '--count', '2']);
    await echo.said(/Listening on/);
    const answer = await nc.request(s, 'ping', { headers: { A: 'b' } });
    assert.deepEqual(answer.headers?.entries(), [
      ['A', 'b'],
      ['NATS-Reply-Counter', '0'],
    ]);
    assert.equal((await nc.request(s, 'x')).headers?.get('NATS-Reply-Counter'), '1');
    const done = await echo.ended;
    assert.equal(done.status, 1);
    assert.match(done.err, /Draining\.\.\.\n.*Exiting/);
    const show = user.file(
      'show',
      '#!/bin/sh\nfor a in "$@"; do echo "[$a]"; done; echo "$NATS_REQUEST_SUBJECT"\n',
      0o755,
    );
    const t = fresh();
    const run = user.start(['nats', 'reply', `${t}.*`, '--command', `${show} got {{1}} {{.Request}}`]);
    await run.said(/Listening on/);
    const hostile = await nc.request(`${t}.$(id);'"`, 'a b; touch x "');
    assert.equal(hostile.string(), `[got]\n[$(id);'"]\n[a b; touch x "]\n${t}.$(id);'"\n`);
    const failing = fresh();
    const bad = user.start(['nats', 'reply', failing, '--command', 'false']);
    await bad.said(/Listening on/);
    assert.equal((await nc.request(failing, '')).data.length, 0);
    await Promise.all([run.stop(), bad.stop()]);
  });

  story('requests with their replies', async ({ user, nc, fresh, subscribed }) => {
    const s = fresh();
    const sub = user.start(['nats', 'sub', s, '--match-replies', '--count', '1']);
    await sub.said(/Matching replies/);
    await subscribed(s);
    nc.subscribe(s, { callback: (m) => m.respond('pong') });
    await nc.request(s, 'ping');
    assert.match(
      (await sub.ended).out,
      new RegExp(
        `^\\[#1\\] Received on "${s}" with reply "_INBOX[^"]*"\nping\n\n\n\\[#1\\] Matched reply on "_INBOX[^"]*"\npong\n\n\n$`,
      ),
    );
  });

  story('round trips', async ({ user, url }) => {
    const text = await user.run(['nats', 'rtt', '2']);
    assert.match(text.out, new RegExp(`^${url}:\n\n {3}${url}: \\S+(µs|ms)\n\n$`));
    const [target] = JSON.parse((await user.run(['nats', 'rtt', '1', '--json'])).out);
    assert.deepEqual([target.url, target.results[0].url, target.results[0].rtt > 0], [url, url, true]);
    const dead = await user.run(['nats', 'rtt', '1', '-s', 'nats://joe:secret@127.0.0.1:1']);
    assert.deepEqual([dead.status, dead.out.includes('secret'), dead.err.includes('secret')], [0, false, false]);
    assert.match(dead.out, /failed/);
  });
});

test('nobody listens: one line with the remedy', async () => {
  const user = createUser({ NATS_URL: 'nats://127.0.0.1:1' });
  after(() => user.remove());
  for (const argv of [
    ['pub', 'a', 'b'],
    ['sub', 'a'],
    ['req', 'a', 'b'],
    ['reply', 'a', 'b'],
  ]) {
    const { status, out, err } = await user.run(['nats', ...argv]);
    assert.deepEqual([status, out], [1, ''], argv.join(' '));
    assert.match(
      err,
      /^nats: error: nats: no servers available for connection\n {2}hint: nothing listens at nats:\/\/127\.0\.0\.1:1;/m,
    );
  }
});
