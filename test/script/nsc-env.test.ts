// Which operator and account are current as directories of stores come and go.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createUser, type User } from '#test/program.ts';

const users: User[] = [];
after(() => {
  for (const user of users) user.remove();
});

function newUser(): (line: string) => Promise<string> {
  const user = createUser({});
  users.push(user);
  return async (line) => {
    const { status, out, err } = await user.run(['nsc', ...line.split(' ')]);
    assert.equal(status, 0, `${line}: ${err}`);
    return out;
  };
}

const current = async (nsc: (line: string) => Promise<string>): Promise<unknown> => {
  const { operator, account } = JSON.parse(await nsc('env --as json'));
  return [operator, account];
};

test('a directory of stores that is away leaves operator and account alone', async () => {
  const nsc = newUser();
  for (const line of ['env -s st', 'add operator ONE', 'add account A', 'add operator TWO', 'add account B']) {
    await nsc(line);
  }
  await nsc('env -o ONE');
  assert.deepEqual(await current(nsc), ['ONE', 'A']);
  await nsc('env -s not-mounted');
  assert.deepEqual(await current(nsc), ['ONE', 'A']);
  await nsc('env -s st');
  assert.deepEqual(await current(nsc), ['ONE', 'A']);
});

test('a directory of other stores decides anew', async () => {
  const nsc = newUser();
  for (const line of ['env -s one', 'add operator ONE', 'add account A', 'env -s two', 'add operator TWO']) {
    await nsc(line);
  }
  assert.deepEqual(await current(nsc), ['TWO', '']);
  await nsc('env -s one');
  assert.deepEqual(await current(nsc), ['ONE', 'A']);
});

test('a profile names the credentials first, as the original does', async () => {
  const nsc = newUser();
  for (const line of ['add operator O', 'add account A', 'add user u']) await nsc(line);
  assert.deepEqual(Object.keys(JSON.parse(await nsc('generate profile nsc://O/A/u'))), ['user_creds', 'operator']);
});
