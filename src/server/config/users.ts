/** Users, permissions and the authorization block. */
import { isPublicKey } from '#crypto/nkeys.ts';
import type {
  AuthCalloutOptions,
  AuthOptions,
  ConnectionType,
  Mutable,
  PermissionOptions,
  SubjectRules,
  UserOptions,
} from '../options.ts';
import {
  array,
  bool,
  goDuration,
  int,
  map,
  note,
  type Problems,
  readEntries,
  text,
  texts,
  timeout,
  wrong,
} from './reader.ts';
import { validSubject } from './subjects.ts';
import type { ConfigToken } from './token.ts';

const CONNECTION_TYPES = new Set(['STANDARD', 'WEBSOCKET', 'LEAFNODE', 'LEAFNODE_WS', 'MQTT', 'MQTT_WS', 'IN_PROCESS']);
/** What allow_responses means without numbers: one reply within two minutes. */
const RESPONSES = { max: 1, expires: 120_000 };

function checkSubjects(token: ConfigToken, subjects: string[], queues: boolean): string[] {
  for (const s of subjects) {
    if (validSubject(s)) continue;
    const parts = s.trim().split(/\s+/);
    if (!queues || parts.length !== 2) throw wrong(token, `subject ${JSON.stringify(s)} is not a valid subject`);
    if (!validSubject(parts[0]!)) throw wrong(token, `subject ${JSON.stringify(parts[0])} is not a valid subject`);
    if (!validSubject(parts[1]!)) throw wrong(token, `queue ${JSON.stringify(parts[1])} is not a valid queue`);
  }
  return subjects;
}

function subjectRules(token: ConfigToken, queues: boolean, problems: Problems): SubjectRules | undefined {
  if (token.kind !== 'map') return { allow: checkSubjects(token, texts(token), queues) };
  const entries = map(token);
  if (entries.size === 0) return undefined;
  const rules: Mutable<SubjectRules> = {};
  readEntries(
    entries,
    {
      allow: (t) => {
        rules.allow = checkSubjects(t, texts(t), queues);
      },
      deny: (t) => {
        rules.deny = checkSubjects(t, texts(t), queues);
      },
    },
    problems,
  );
  return rules;
}

function responses(token: ConfigToken, problems: Problems): { max: number; expires: number } | undefined {
  if (token.kind === 'bool') return bool(token) ? { ...RESPONSES } : undefined;
  if (token.kind !== 'map') throw wrong(token, 'allow_responses takes a boolean or a map');
  const out = { ...RESPONSES };
  readEntries(
    map(token),
    {
      'max|max_msgs|max_messages|max_responses': (t) => {
        out.max = int(t) || out.max;
      },
      'expires|expiration|ttl': (t) => {
        out.expires = goDuration(t) || out.expires;
      },
    },
    problems,
  );
  return out;
}

export function readPermissions(token: ConfigToken, problems: Problems): PermissionOptions {
  const out: Mutable<PermissionOptions> = {};
  readEntries(
    map(token),
    {
      'pub|publish|import': (t) => {
        const rules = subjectRules(t, false, problems);
        if (rules !== undefined) out.publish = rules;
      },
      'sub|subscribe|export': (t) => {
        const rules = subjectRules(t, true, problems);
        if (rules !== undefined) out.subscribe = rules;
      },
      'publish_allow_responses|allow_responses': (t) => {
        const r = responses(t, problems);
        if (r !== undefined) out.responses = r;
      },
    },
    problems,
  );
  // With responses allowed, publishing needs an explicit list: nothing else is allowed by default.
  if (out.responses !== undefined && out.publish?.allow === undefined) out.publish = { ...out.publish, allow: [] };
  return out;
}

function connectionTypes(token: ConfigToken): ConnectionType[] {
  const types = texts(token).map((t) => t.toUpperCase());
  const unknown = types.filter((t) => !CONNECTION_TYPES.has(t));
  if (unknown.length > 0)
    throw wrong(token, `invalid connection types ${unknown.map((u) => JSON.stringify(u)).join(' ')}`);
  return types as ConnectionType[];
}

function readUser(token: ConfigToken, problems: Problems): UserOptions {
  const user: Mutable<UserOptions> = {};
  readEntries(
    map(token),
    {
      nkey: (t) => {
        user.nkey = text(t);
      },
      'user|username': (t) => {
        user.user = text(t);
      },
      'pass|password': (t) => {
        user.password = text(t);
      },
      'permission|permissions|authorization': (t) => {
        user.permissions = readPermissions(t, problems);
      },
      'allowed_connection_types|connection_types|clients': (t) => {
        user.connectionTypes = connectionTypes(t);
      },
      proxy_required: (t) => {
        user.proxyRequired = bool(t);
      },
    },
    problems,
  );
  if (!user.nkey && !user.user) throw wrong(token, 'User entry requires a user');
  if (user.nkey) {
    if (!isPublicKey(user.nkey, 'user')) throw wrong(token, 'Not a valid public nkey for a user');
    if (user.user || user.password) throw wrong(token, 'Nkey users do not take usernames or passwords');
  }
  return user;
}

export function readUsers(token: ConfigToken, problems: Problems): UserOptions[] {
  const users: UserOptions[] = [];
  for (const t of array(token)) {
    if (t.kind !== 'map') note(problems.errors, t, 'a user is a map with user and password, or nkey');
    else users.push(readUser(t, problems));
  }
  return users;
}

/** Users without permissions of their own get the default ones. */
export function withDefaults(users: readonly UserOptions[], permissions: PermissionOptions | undefined): UserOptions[] {
  if (permissions === undefined) return [...users];
  return users.map((u) => (u.permissions === undefined ? { ...u, permissions } : u));
}

function readCallout(token: ConfigToken, problems: Problems): AuthCalloutOptions {
  const out: Mutable<AuthCalloutOptions> = { issuer: '', account: '', users: [] };
  readEntries(
    map(token),
    {
      issuer: (t) => {
        out.issuer = text(t);
        if (!isPublicKey(out.issuer, 'account')) {
          throw wrong(
            t,
            `the issuer of auth callouts must be a public account nkey, not ${JSON.stringify(out.issuer)}`,
          );
        }
      },
      'account|acc': (t) => {
        out.account = text(t);
      },
      'auth_users|users': (t) => {
        out.users = array(t).map(text);
      },
      'xkey|key': (t) => {
        out.xkey = text(t);
        if (!isPublicKey(out.xkey, 'curve')) throw wrong(t, `not a public xkey: ${JSON.stringify(out.xkey)}`);
      },
      allowed_accounts: (t) => {
        out.allowedAccounts = array(t).map(text);
      },
    },
    problems,
  );
  if (out.account === '') out.account = '$G';
  if (out.issuer === '') throw wrong(token, 'auth_callout needs an issuer');
  if (out.users.length === 0) throw wrong(token, 'auth_callout needs auth_users');
  return out;
}

/** The authorization block; `timeout` is the auth timeout in ms, 0 when not given. */
export function readAuthorization(token: ConfigToken, problems: Problems): { auth: AuthOptions; timeout: number } {
  const out: Mutable<AuthOptions> = {};
  let wait = 0;
  readEntries(
    map(token),
    {
      'user|username': (t) => {
        out.user = text(t);
      },
      'pass|password': (t) => {
        out.password = text(t);
      },
      token: (t) => {
        out.token = text(t);
      },
      timeout: (t) => {
        wait = timeout(t);
        if (wait > 60_000) {
          note(
            problems.warnings,
            t,
            `invalid use of field "timeout": ${wait / 1000} seconds is high; quote durations, such as "1m"`,
          );
        }
      },
      users: (t) => {
        out.users = readUsers(t, problems);
      },
      'default_permission|default_permissions|permissions': (t) => {
        out.defaultPermissions = readPermissions(t, problems);
      },
      'auth_callout|auth_hook': (t) => {
        out.callout = readCallout(t, problems);
      },
      proxy_required: (t) => {
        out.proxyRequired = bool(t);
      },
    },
    problems,
  );
  if (out.users !== undefined) out.users = withDefaults(out.users, out.defaultPermissions);
  if ((out.user || out.password) && out.token) throw wrong(token, 'Cannot have a user/pass and token');
  return { auth: out, timeout: wait };
}
