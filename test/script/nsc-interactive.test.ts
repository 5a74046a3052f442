// nsc -i in a real terminal: every command asks what is open, Enter takes what it proposes, Ctrl-C leaves nothing behind.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createUser } from '#test/program.ts';
import { hasPty, startPty } from '#test/pty.ts';
import { toolPath } from '#test/run-tool.ts';

const user = createUser();
after(() => user.remove());
const terminalTest = hasPty ? test : test.skip;

function nsc(...argv: string[]) {
  const env = { HOME: user.home, XDG_CONFIG_HOME: user.config, NO_COLOR: '1' };
  return startPty([toolPath('nsc'), ...argv], { columns: 100, rows: 60, env });
}

async function ok(line: string): Promise<string> {
  const ran = await user.run(['nsc', ...line.split(' ')]);
  assert.equal(ran.status, 0, `${line}: ${ran.err}`);
  return ran.out;
}

terminalTest('the questions of add, one after the other', async () => {
  const operator = nsc('add', 'operator', '-i');
  for (const [question, answer] of [
    ['import operator', 'n'],
    ['operator name', 'OP'],
    ['valid from', ''],
    ['valid until', '1y'],
    ['system account', 'n'],
    ['signing key', 'n'],
    ['generate an operator nkey', ''],
  ] as const) {
    await operator.until(new RegExp(question, 'i'));
    operator.type(`${answer}\r`);
  }
  assert.equal(await operator.exited, 0, operator.output);
  const account = nsc('add', 'account', '-i');
  for (const [question, answer] of [
    ['account name', 'ACC'],
    ['generate an account', ''],
    ['valid from', ''],
    ['valid until', ''],
  ] as const) {
    await account.until(new RegExp(question, 'i'));
    account.type(`${answer}\r`);
  }
  assert.equal(await account.exited, 0, account.output);
  assert.match(await ok('describe account -F name'), /"ACC"/);
});

terminalTest('several keys that may sign are a question that says what for', async () => {
  await ok('edit operator --sk generate');
  const asked = nsc('add', 'account', '-i', '--name', 'SIGNED');
  const press = setInterval(() => asked.type('\r'), 120);
  await asked.until(/select the key to sign the account/);
  clearInterval(press);
  asked.type('\x03');
  await asked.exited;
});

terminalTest('a revocation asks up to when, and names whom it may be taken back from', async () => {
  for (const line of ['add account -n REV', 'add user -a REV -n r', 'add user -a REV -n s']) await ok(line);
  const answers = async (line: string, questions: readonly (readonly [RegExp, string])[]) => {
    const asked = nsc(...line.split(' '));
    for (const [question, answer] of questions) {
      await asked.until(question);
      asked.type(`${answer}\r`);
    }
    assert.equal(await asked.exited, 0, asked.output);
  };
  await answers('revocations add-user -i', [
    [/select account/, ''],
    [/by name/, ''],
    [/Select user/, ''],
    [/revoke all credentials created before \(0 is now/, '\x151600000000'],
    [/select the key to use/, ''],
  ]);
  assert.match(await ok('describe account -n REV -F nats.revocations'), /^\{"U[A-Z2-7]{55}":1600000000\}$/m);
  await answers('revocations delete-user -i', [
    [/select account/, ''],
    [/select revoked user to clear[\s\S]*U[A-Z2-7]{55}: r/, ''],
    [/select the key to use/, ''],
  ]);
  assert.match(await ok('describe account -n REV -F nats.revocations'), /^null$/m);
});

const lines = [
  'add user -i --name u',
  'add export -i --subject a.>',
  'add mapping -i --from a --to b',
  'edit operator -i',
  'edit account -i',
  'edit user -i',
  'edit export -i',
  'describe account -i',
  'describe user -i',
  'validate -i',
  'generate creds -i',
  'generate activation -i',
  'revocations add-user -i',
  'revocations list-users -i',
  'push -i',
  'pull -i',
  'tool pub -i a b --nats nats://127.0.0.1:1',
  'migrate -i',
  'delete export -i',
  'delete user -i',
  'delete account -i',
];

terminalTest('Enter answers every question of every command, and Ctrl-C ends what goes on asking', async () => {
  for (const line of lines) {
    const asked = nsc(...line.split(' '));
    // Keys that wait are taken by the questions that come; those that cannot be answered so end with Ctrl-C.
    const press = setInterval(() => asked.type('\r'), 120);
    const leave = setTimeout(() => {
      clearInterval(press);
      asked.type('\x03');
    }, 4000);
    const status = await asked.exited;
    clearInterval(press);
    clearTimeout(leave);
    assert.ok([0, 1, 130].includes(status), `${line}: ${status}\n${asked.output}`);
    assert.doesNotMatch(asked.output, /\n\s+at .*\(.*:\d+:\d+\)|TypeError|undefined/, line);
  }
});
