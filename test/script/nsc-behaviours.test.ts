// What one would not guess of nsc, and scripts rely on; and where we do better on purpose, so that it stays that way.
// Each story is a fresh user; its lines run in order.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readClaims } from '#crypto/jwt.ts';
import { createUser, type Ran, type User } from '#test/program.ts';

const users: User[] = [];
after(() => {
  for (const user of users) user.remove();
});

/** What a line must do: the status, and what stdout and stderr together match (or must not match). */
interface Expected {
  readonly status?: number;
  readonly says?: RegExp;
  readonly not?: RegExp;
  readonly look?: (user: User, ran: Ran) => void;
}

type Line = readonly [line: string, expected?: Expected];

/** `~` in a line is the home directory; words are split at blanks, those between quotes stay whole. */
async function tell(lines: readonly Line[]): Promise<void> {
  const user = createUser();
  users.push(user);
  for (const [line, { status = 0, says, not, look } = {}] of lines) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => (m[1] ?? m[2] ?? '').replaceAll('~', user.home));
    const ran = await user.run(['nsc', ...words]);
    const both = `${ran.out}\n${ran.err}`;
    assert.equal(ran.status, status, `${line}: ${both}`);
    if (says) assert.match(both, says, line);
    if (not) assert.doesNotMatch(both, not, line);
    look?.(user, ran);
  }
}

const data = (user: User, ...words: string[]) => join(user.home, '.local/share/nats/nsc', ...words);
const claimsAt = (user: User, ...path: string[]) => {
  const claims = readClaims(readFileSync(data(user, 'stores/O', ...path), 'utf8'));
  return claims as unknown as { name: string; iss: string; sub: string; nats: Record<string, unknown> };
};
const account = (user: User, name = 'A') => claimsAt(user, 'accounts', name, `${name}.jwt`);
const revoked = (user: User) => (account(user).nats['revocations'] as Map<string, number>).size;
const userOf = (user: User, name: string) => claimsAt(user, 'accounts/A/users', `${name}.jwt`);
const base: readonly Line[] = [['add operator O'], ['add account A'], ['add user u']];

test('groups, lists and descriptions say what scripts read', () =>
  tell([
    ['add', { says: /operator/ }],
    ['add frob', { status: 1, says: /unknown command "frob" for "nsc add"/ }],
    ['completion tcsh', { status: 1, says: /unknown command "tcsh"/ }],
    ['ad', { status: 1, says: /unknown command "ad"/ }],
    ['list accounts -J', { status: 1, says: /no operator set/ }],
    ['add operator O', { says: /\[ OK \] added operator "O"/ }],
    ['list accounts -J', { says: /^null$/m }],
    ['add account A', { says: /\[ OK \] added account "A"\n/, not: /all jobs/ }],
    ['list accounts', { says: /\| A +\| A[A-Z2-7]{55} \|/, look: (_, { out }) => assert.ok(!out.includes('\x1b')) }],
    ['add user u'],
    ['add user u', { status: 1, says: /the user "u" already exists/ }],
    ['describe user -F name', { says: /^"u"$/m }],
    ['describe user -F nats.nope', { says: /^null$/m }],
    ['describe user -F sub.x', { status: 1, says: /unable to extract/ }],
    ['describe account -F nats.exports[7]', { status: 1, says: /unable to extract "7"/ }],
    [
      'describe user -J',
      { says: /"iat"[\s\S]*"iss"[\s\S]*"nats"[\s\S]*"sub"/, look: (_, { out }) => assert.ok(out.endsWith('}\n\n')) },
    ],
    ['describe user -R -J', { says: /eyJ/, not: /"iat"/ }],
    ['edit user --allow-pub ">"'],
    ['describe user -F nats.pub.allow[0]', { says: /^"\\u003e"$/m }],
    ['list keys', { says: /\| O +\|[\s\S]*\| *A +\|[\s\S]*\| *u +\|/ }],
  ]));

test('reports: a level for each line, the end and the status by the worst', () =>
  tell([
    ['add operator O --sys', { says: /\[ OK \] created system_account: name:SYS/ }],
    ['add account E --expiry 2001-01-01'],
    ['validate -a E', { status: 1, says: /claim is expired/ }],
    ['delete account E'],
    ['add account A'],
    ['add user u'],
    ['validate -A', { says: /No issues found/ }],
    ['delete user nope', { status: 1, says: /user nope does not exist/ }],
    ['push -A', { status: 1, says: /Error: / }],
  ]));

test('what is not named is the current one, or the only one', () =>
  tell([
    ...base,
    ['edit user --tag t', { says: /edited user "u"/ }],
    ['describe user', { says: /\| Name +\| u +\|/ }],
    ['generate creds', { says: /BEGIN NATS USER JWT/ }],
    ['revocations add-user', { status: 1, says: /--name/ }],
    ['delete account', { status: 1, says: /--name/ }],
    ['add user v'],
    ['edit user --tag t', { status: 1, says: /user name is required|--name/ }],
    ['add account B'],
    ['describe account -F name', { says: /^"B"$/m }],
    ['add operator P'],
    ['env', { says: /Current Operator +\| +\| P/ }],
  ]));

test('the first command that does something writes nsc.json and makes the stores; help does not', async () => {
  const user = createUser();
  users.push(user);
  await user.run(['nsc', 'add', 'operator', '--help']);
  assert.equal(existsSync(join(user.config, 'nats/nsc/nsc.json')), false);
  await user.run(['nsc', 'env']);
  assert.equal(existsSync(join(user.config, 'nats/nsc/nsc.json')), true);
  assert.equal(statSync(data(user, 'stores')).mode & 0o777, 0o700);
});

test('-K signs with what it names, or fails', () =>
  tell([
    ...base,
    ['edit signing-key --account A --role r --sk generate --allow-pub q.>'],
    [
      'add user scoped -K r',
      {
        look(user) {
          const { nats, iss } = userOf(user, 'scoped');
          assert.equal(nats['issuer_account'], account(user).sub);
          assert.notEqual(iss, account(user).sub);
        },
      },
    ],
    ['add user own -K r --allow-pub x', { status: 1, says: /scope/ }],
    ['add user bad -K misspelt', { status: 1, says: /no role of this account/ }],
    ['add user bad -K ~/nofile', { status: 1 }],
    ['add user bad -k NOPE', { status: 1, says: /no nkey/ }],
    ['list users', { not: /bad|own/ }],
  ]));

test('keys that are given are used and not kept', async () => {
  const user = createUser();
  users.push(user);
  const made = await user.run(['nk', '-gen', 'user']);
  user.file('u.nk', made.out);
  for (const line of ['add operator O', 'add account A', `add user u -k ${user.home}/u.nk`]) {
    assert.equal((await user.run(['nsc', ...line.split(' ')])).status, 0, line);
  }
  assert.equal(existsSync(data(user, 'keys/keys/U')), false);
  assert.equal(existsSync(data(user, 'keys/creds/O')), false);
});

test('names', () =>
  tell([
    ['add operator a/b', { status: 1, says: /name cannot contain/ }],
    ['add operator ..', { status: 1 }],
    ['add operator O'],
    [
      'add account ..',
      {
        status: 1,
        look: (user) => assert.deepEqual(readdirSync(data(user, 'stores/O')).sort(), ['.nsc', 'O.jwt', 'accounts']),
      },
    ],
    [
      'add account " x "',
      {
        look(user) {
          assert.deepEqual(readdirSync(data(user, 'stores/O/accounts/ x ')), ['x.jwt']);
          assert.equal(claimsAt(user, 'accounts/ x /x.jwt').name, ' x ');
        },
      },
    ],
    ['add account *', { says: /added account "[a-z]+_[a-z]+"/ }],
  ]));

test('flags: lists, times, numbers, JetStream', () =>
  tell([
    ...base,
    ['edit user --tag a,b --tag c --allow-pub x,y --conn-type websocket,mqtt'],
    ['describe user -F nats.tags', { says: /"a"[\s\S]*"b"[\s\S]*"c"/ }],
    ['describe user -F nats.allowed_connection_types', { says: /"WEBSOCKET"[\s\S]*"MQTT"/ }],
    ['edit user --time 01:00:00-02:00:00,03:00:00-04:00:00', { status: 1, says: /require format/ }],
    ['edit user --time 01:00:00-02:00:00 --time 03:00:00-04:00:00'],
    ['describe user -F nats.times[1].start', { says: /"03:00:00"/ }],
    ['edit user --allow-pub-response=3'],
    ['describe user -F nats.resp.max', { says: /^3$/m }],
    ['edit user --allow-pub-response 3', { status: 1, says: /user "3"/ }],
    ['edit user --source-network not-a-network'],
    ['validate', { status: 1, says: /not-a-network/ }],
    ['edit account --js-disk-storage 5M --js-streams 2'],
    ['edit account --js-consumer 7'],
    ['describe account -F nats.limits.streams', { says: /^2$/m }],
    ['edit account --js-tier 2 --js-disk-storage 5M', { status: 1 }],
    ['edit account --js-disable --js-streams 2', { status: 1 }],
    [
      'edit account --mem-storage 1024',
      { says: /Flag --mem-storage has been deprecated, it got renamed to --js-mem-storage/ },
    ],
    ['edit account --js-disable'],
    ['edit account --rm-sk ABC', { says: /\[WARN\]/ }],
    ['delete mapping --from nope', { says: /\[WARN\]/ }],
    ['add account E1 --expiry 2x', { status: 1, says: /2x/ }],
    [
      'add account E2 --start 2030-01-02',
      { look: (user) => assert.ok(existsSync(data(user, 'stores/O/accounts/E2'))) },
    ],
  ]));

test('the largest number of 64 bits stays one that servers read', () =>
  tell([
    ...base,
    ['edit user --allow-pub-response=9223372036854775807', { says: /max responses to 9223372036854775807\n/ }],
    ['describe user -F nats.resp.max', { says: /^9223372036854775807$/m }],
  ]));

test('exports, imports and what is revoked', () =>
  tell([
    ...base,
    ['add account B'],
    ['add export --account A --subject s.> --private'],
    ['edit export --account A --subject s.> --private=false'],
    ['describe account A -F nats.exports[0].token_req', { says: /^null$/m }],
    ['add export --account A --subject q --service --response-type singleton', { status: 1 }],
    ['add export --account A --subject q --service --response-type Chunked'],
    ['add import --account B --src-account A --remote-subject s.> --local-subject l.>'],
    ['describe account B', { says: /\| A +\|/ }],
    ['describe account B -W', { not: /\| A +\|/ }],
    ['add import --account B --src-account A --remote-subject nowhere', { says: /\[WARN\]/ }],
    ['revocations add-user --account A -u * --at 1600000000', { says: /issued before 2020-09-13 12:26:40 \+0000 UTC/ }],
    ['revocations list-users --account A', { says: /All Users/ }],
    ['revocations delete-user --account A -u *'],
    ['revocations list-users --account A', { status: 1, says: /does not have revoked users/ }],
    ['revocations delete_activation --account A --subject s.> --target-account *', { says: /WARN|not/ }],
  ]));

test('tokens leave out what nobody gave, and a day from now is 23 hours away', () =>
  tell([
    ...base,
    ['add export --subject q --service --response-type Stream'],
    ['edit export --subject q --response-type Singleton', { says: /changed response type to Singleton/ }],
    ['describe account -F nats.exports[0].response_type', { says: /^"Singleton"$/m }],
    ['edit export --subject q --response-type Singleton', { not: /response type/ }],
    ['describe account -F nats.exports[0].response_type', { says: /^null$/m }],
    ['edit signing-key --sk generate --role r --subs 3'],
    ['describe account -F nats.signing_keys[0].template', { says: /^\{"pub":\{\},"sub":\{\},"subs":3\}$/m }],
    ['edit signing-key --sk r --allow-pub a'],
    ['edit user u --data 0 --payload 0 --subs 0'],
    ['edit user u --data 5', { not: /role/ }],
    ['describe user u -F nats.subs', { says: /^null$/m }],
    ['describe account -F nats.signing_keys[0].template.payload', { says: /^-1$/m }],
    ['edit user u --expiry 1d', { says: /UTC - in 23 hours/ }],
    ['edit user u --start -1d', { says: /UTC - 1 day ago/ }],
    ['generate diagram object --detail', { says: /^--- Nats Limits \(unlimited\)---$/m }],
    [
      'add mapping --from a --to b --weight 101',
      { status: 1, says: /failed: \[Mapping "a" has .+ Mapping "a" exceeds .+\]/ },
    ],
  ]));

test('deleting: accounts revoke and remove their users, keep keys; users are not revoked unless told', () =>
  tell([
    ...base,
    ['add user v'],
    ['delete user v --name v', { not: /unknown key/, look: (user) => assert.equal(revoked(user), 0) }],
    ['delete user u --revoke', { look: (user) => assert.equal(revoked(user), 1) }],
    ['describe account -F nats.revocations', { says: /U[A-Z2-7]{55}/ }],
    ['add user w'],
    ['add user old'],
    ['revocations add-user --name old --at 1600000000'],
    [
      'delete user old --revoke',
      {
        says: /revoked user/,
        look(user) {
          const held = account(user).nats['revocations'] as Map<string, number>;
          assert.ok([...held.values()].every((at) => at > 1_600_000_000));
        },
      },
    ],
    [
      'delete account A',
      {
        look(user) {
          assert.deepEqual(readdirSync(data(user, 'stores/O/accounts')), []);
          assert.ok(existsSync(data(user, 'keys/keys/A')));
          assert.ok(existsSync(data(user, 'keys/creds/O/A/w.creds')));
        },
      },
    ],
  ]));

test('files that are written, and those that are left alone', () =>
  tell([
    ...base,
    [
      'generate creds -o ~/u.creds',
      { look: (user) => assert.equal(statSync(join(user.home, 'u.creds')).mode & 0o777, 0o600) },
    ],
    ['generate creds -o ~/u.creds'],
    ['generate config --mem-resolver --config-file ~/c.conf', { says: /c\.conf/ }],
    ['generate config --mem-resolver --config-file ~/c.conf', { status: 1, says: /already exists/ }],
    ['generate context --context c'],
    ['generate context --context c', { status: 1, says: /already exists/ }],
    ['describe account --raw --output-file ~/raw', { says: /wrote account jwt to `~\/raw`/ }],
    ['describe jwt --file ~/raw', { says: /\| Name +\| A +\|/ }],
    ['import user --file ~/x.txt', { status: 1 }],
    ['export keys --all --dir ~/ek'],
    ['export keys --all --dir ~/ek', { status: 1 }],
    ['export keys --all --dir ~/ek --force'],
    ['edit operator --account-jwt-server-url http://127.0.0.1:1'],
    [
      'push -a A',
      {
        status: 1,
        says: /Post "http:\/\/127\.0\.0\.1:1\/accounts\/A\w+": dial tcp 127\.0\.0\.1:1: connect: connection refused/,
      },
    ],
    [
      'export keys --all --dir ~/moved --remove',
      { says: /moved "O/, look: (user) => assert.deepEqual(readdirSync(data(user, 'keys/keys/O')), []) },
    ],
  ]));

/** Who signed the operator's own token: its identity key, or one of its signing keys. */
function signedByIdentity(expected: boolean): (user: User) => void {
  return (user) => {
    const { iss, sub, nats } = claimsAt(user, 'O.jwt');
    assert.equal(iss === sub, expected);
    assert.ok(expected || (nats['signing_keys'] as string[]).includes(iss));
  };
}

test('edits of an account keep who signed it; what it shares, maps and revokes is signed by the operator itself', () => {
  let old = '';
  const identity = (user: User) => claimsAt(user, 'O.jwt').sub;
  const stays = { look: (user: User) => assert.equal(account(user).iss, old) };
  const moves = { look: (user: User) => assert.equal(account(user).iss, identity(user)) };
  return tell([
    ...base,
    ['describe operator', { look: (user) => void (old = identity(user)) }],
    ['reissue operator --convert-to-signing-key', { look: (user) => assert.notEqual(identity(user), old) }],
    ['edit account A --tag b', stays],
    ['edit signing-key --sk generate', stays],
    ['add export --subject x', moves],
  ]);
});

test('an operator signs itself with a signing key when it is strict, or when its own seed is elsewhere', () =>
  tell([
    ['add operator O --generate-signing-key'],
    ['describe operator', { look: signedByIdentity(true) }],
    ['edit operator --require-signing-keys'],
    ['edit operator --tag strict', { look: signedByIdentity(false) }],
    ['edit operator --require-signing-keys=false'],
    [
      'edit operator --tag kept',
      {
        look(user) {
          signedByIdentity(true)(user);
          const { sub } = claimsAt(user, 'O.jwt');
          rmSync(data(user, 'keys/keys/O', sub.slice(1, 3), `${sub}.nk`));
        },
      },
    ],
    ['edit operator --tag elsewhere', { look: signedByIdentity(false) }],
  ]));

test('operators: signing keys are asked for when all can have them, and reissuing signs all again', () =>
  tell([
    ['add operator O --generate-signing-key', { says: /signing key/ }],
    ['edit operator --require-signing-keys'],
    ['add account A'],
    ['add user u', { status: 1, says: /requires signing keys/ }],
    ['edit account A --sk generate'],
    ['add user u'],
    ['add operator P'],
    ['add account B'],
    ['edit operator --sk generate'],
    ['edit operator --require-signing-keys', { status: 1, says: /"B" needs to be issued with a signing key/ }],
    ['reissue operator --convert-to-signing-key'],
    ['validate -A', { not: /\[ERR/ }],
    ['describe operator -F nats.signing_keys', { says: /O[A-Z2-7]{55}/ }],
    ['edit operator --account-jwt-server-url http://127.0.0.1:1'],
    ['edit operator --service-url bad', { status: 1 }],
    ['generate diagram object', { says: /@startuml[\s\S]*@enduml/ }],
  ]));

test('nothing to ask without a terminal: -i and init fail at once', () =>
  tell([
    ['add operator -i', { status: 1 }],
    ['init', { status: 1, says: /terminal|--/ }],
    ['init -n I', { says: /all jobs succeeded|succeeded/ }],
  ]));

test('what cannot be written leaves nothing half done, and no folders', () =>
  tell([
    ...base,
    [
      'add account B',
      {
        look: (user) => {
          // No key of a user can be kept from now on: a file is where their folder would be.
          rmSync(data(user, 'keys/keys/U'), { recursive: true });
          writeFileSync(data(user, 'keys/keys/U'), '');
        },
      },
    ],
    [
      'add user v -a B',
      {
        status: 1,
        says: /error writing/,
        look: (user) => assert.ok(!existsSync(data(user, 'stores/O/accounts/B/users'))),
      },
    ],
    [
      '--data-dir ~/elsewhere edit account A --tag x',
      { status: 1, look: (user) => assert.ok(!existsSync(join(user.home, 'elsewhere'))) },
    ],
    [
      '--data-dir ~/elsewhere add operator P',
      { look: (user) => assert.ok(existsSync(join(user.home, 'elsewhere/P/P.jwt'))) },
    ],
  ]));

test('NSC_CWD_ONLY: init makes its operator where stores are by default', async () => {
  const user = createUser({ NSC_CWD_ONLY: '1' });
  users.push(user);
  const made = await user.run(['nsc', 'init', '--name', 'I']);
  assert.equal(made.status, 0, made.err);
  assert.ok(existsSync(data(user, 'stores/I/accounts/I/users/I.jwt')));
  const ran = await user.run(['nsc', 'list', 'accounts'], { cwd: data(user, 'stores/I') });
  assert.match(ran.err + ran.out, /\| SYS +\|/);
});

test('a key that is there but cannot be read fails the list of keys, in place of being called bad', () =>
  tell([
    ...base,
    [
      'list keys -A',
      {
        not: /BAD/,
        look(user) {
          const key = claimsAt(user, 'accounts/A/users/u.jwt').sub;
          const path = data(user, 'keys/keys/U', key.slice(1, 3), `${key}.nk`);
          rmSync(path);
          mkdirSync(path);
        },
      },
    ],
    ['list keys -A', { status: 1, says: /error reading/ }],
  ]));

test('a file that is written again keeps who may read it, and its owner', () => {
  const mode = (path: string) => statSync(path).mode & 0o777;
  const jwt = (user: User) => data(user, 'stores/O/accounts/A/A.jwt');
  const creds = (user: User) => data(user, 'keys/creds/O/A/u.creds');
  const root = process.getuid?.() === 0;
  return tell([
    ...base,
    [
      'add user v',
      {
        look(user) {
          assert.deepEqual([mode(jwt(user)), mode(creds(user))], [0o600, 0o600]);
          chmodSync(jwt(user), 0o644);
          chmodSync(creds(user), 0o640);
          if (root) chownSync(creds(user), 1234, 5678);
        },
      },
    ],
    ['edit account --tag x'],
    ['edit user u --tag x'],
    [
      'describe user u',
      {
        look(user) {
          assert.deepEqual([mode(jwt(user)), mode(creds(user))], [0o644, 0o640]);
          const { uid, gid } = statSync(creds(user));
          if (root) assert.deepEqual([uid, gid], [1234, 5678]);
          chmodSync(creds(user), 0o400);
        },
      },
    ],
    // Nothing stops root.
    ['edit user u --tag y', root ? {} : { status: 1, says: /permission denied/ }],
  ]);
});

test('an account stays where nobody could sign it again', () =>
  tell([
    ...base,
    ['describe account A', { look: (user) => renameSync(data(user, 'keys/keys/O'), join(user.home, 'operator-keys')) }],
    [
      'delete account A',
      {
        status: 1,
        says: /unable to resolve any of the following signing keys/,
        look: (user) => assert.ok(existsSync(data(user, 'stores/O/accounts/A/users/u.jwt'))),
      },
    ],
  ]));

test('what an export cannot have is left out with a warning', () =>
  tell([
    ...base,
    ['add export -s s --response-threshold 1s', { says: /\[WARN\].*only applicable to services[\s\S]*\[ OK \] added/ }],
    ['add export -s q --service'],
    ['edit export -s q --sampling 50', { says: /\[WARN\].*--latency[\s\S]*\[ OK \] edited/ }],
    ['describe account -F nats.exports', { not: /threshold|latency/ }],
  ]));

test('a spoilt seed of a user keeps nobody from taking rights away', () =>
  tell([
    ...base,
    [
      'edit user u --deny-pub x',
      {
        look(user) {
          const key = claimsAt(user, 'accounts/A/users/u.jwt').sub;
          writeFileSync(data(user, 'keys/keys/U', key.slice(1, 3), `${key}.nk`), '');
        },
      },
    ],
    ['edit user u --deny-pub y', { says: /\[WARN\].*holds no seed\n\[ OK \] skipped generating creds file/ }],
    ['describe user u -F nats.pub.deny', { says: /"y"/ }],
  ]));

test('an account server that has taken note of a pull is a warning', async () => {
  const server = createServer((_request, response) => response.writeHead(202).end('later'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await tell([
      ...base,
      [`edit operator --account-jwt-server-url http://127.0.0.1:${port}/jwt/v1`],
      ['pull', { says: /\[WARN\] pull "A" from the account server[\s\S]*\[WARN\] failed to pull jwt.*202/ }],
      ['pull -A', { says: /all jobs had warnings/ }],
    ]);
  } finally {
    server.close();
  }
});
