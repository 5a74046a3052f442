import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isServer, type SignalWorld, sendSignal } from './server-signal.ts';

function sent(asked: string, running: number[] = [], files: Record<string, string> = {}): string {
  const got: string[] = [];
  const world: SignalWorld = {
    read: (path) => files[path],
    running: () => running,
    kill(pid, signal) {
      if (pid === 404) throw new Error('no such process');
      got.push(`${pid} ${signal}`);
    },
  };
  try {
    sendSignal(asked, world);
  } catch (error) {
    return [...got, (error as Error).message].join(', ');
  }
  return got.join(', ');
}

test('each command is its signal, to the process that is named', () => {
  const each = ['stop', 'quit', 'term', 'reopen', 'reload', 'ldm'].map((c) => sent(`${c}=12`));
  assert.deepEqual(each, ['12 SIGKILL', '12 SIGINT', '12 SIGTERM', '12 SIGUSR1', '12 SIGHUP', '12 SIGUSR2']);
  assert.equal(sent('reload=/run/n.pid', [], { '/run/n.pid': '77\n' }), '77 SIGHUP');
});

test('without a process there must be one server, with a star all that begin so are meant', () => {
  assert.equal(sent('ldm', [5]), '5 SIGUSR2');
  assert.equal(sent('ldm', [5, 6]), 'several servers are running: 5 6');
  assert.equal(sent('ldm'), 'no server is running here');
  assert.equal(sent('ldm=*', [5, 6]), '5 SIGUSR2, 6 SIGUSR2');
  assert.equal(sent('ldm=1*', [12, 22, 13]), '12 SIGUSR2, 13 SIGUSR2');
});

test('what is refused', () => {
  assert.equal(sent('jump=1'), 'unknown signal "jump"');
  assert.equal(sent('reload=x'), 'invalid pid: x');
  assert.equal(sent('reload=0'), 'invalid pid: 0');
  assert.equal(sent('reload=1=2'), 'invalid signal parameters: 2');
  assert.equal(sent('reload=404'), 'signal "reload" 404: no such process');
});

test('which command lines are servers', () => {
  const lines = [
    '/usr/bin/nats-server\0-c\0x',
    'nats-server\0',
    '/opt/natsbox\0server\0',
    '/opt/natsbox\0nats\0server\0',
    '',
  ];
  assert.deepEqual(lines.map(isServer), [true, true, true, false, false]);
});
