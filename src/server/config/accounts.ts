/** The accounts block: users, exports, imports, mappings, limits. What they mean together is checked in accounts/. */
import { isPublicKey } from '#crypto/nkeys.ts';
import type {
  AccountLimits,
  AccountOptions,
  ExportOptions,
  ImportOptions,
  LatencyOptions,
  MappingDestination,
  Mutable,
} from '../options.ts';
import {
  array,
  attempt,
  bool,
  goDuration,
  int,
  map,
  note,
  type Problems,
  percent,
  readEntries,
  text,
  wrong,
} from './reader.ts';
import { literalSubject, validSubject } from './subjects.ts';
import type { ConfigToken } from './token.ts';
import { readPermissions, readUsers, withDefaults } from './users.ts';

export type Mappings = Record<string, readonly MappingDestination[]>;

function destination(token: ConfigToken, problems: Problems): MappingDestination {
  const out: Mutable<MappingDestination> = { subject: '', weight: -1 };
  readEntries(
    map(token),
    {
      'dest|destination': (t) => {
        out.subject = text(t);
      },
      weight: (t) => {
        const weight = percent(t);
        if (weight === null || weight < 0 || weight > 100) {
          throw wrong(t, `Invalid weight ${JSON.stringify(String(t.value))} for mapping destination`);
        }
        out.weight = weight;
      },
      cluster: (t) => {
        out.cluster = text(t);
      },
    },
    problems,
  );
  if (out.weight < 0) throw wrong(token, `Missing weight for mapping destination ${JSON.stringify(out.subject)}`);
  return out;
}

export function readMappings(token: ConfigToken, problems: Problems): Mappings {
  const out: Mappings = {};
  for (const [subject, t] of map(token)) {
    attempt(problems, () => {
      if (!validSubject(subject)) throw wrong(token, `Subject ${JSON.stringify(subject)} is not a valid subject`);
      if (t.kind === 'string') out[subject] = [{ subject: text(t), weight: 100 }];
      else if (t.kind === 'array') out[subject] = array(t).map((d) => destination(d, problems));
      else out[subject] = [destination(t, problems)];
    });
  }
  return out;
}

function latency(token: ConfigToken, problems: Problems): LatencyOptions {
  if (token.kind === 'string') return { subject: text(token), sampling: 100 };
  const out: Mutable<LatencyOptions> = { subject: '', sampling: 100 };
  readEntries(
    map(token),
    {
      sampling: (t) => {
        if (t.kind === 'string' && text(t).trim().toLowerCase() === 'headers') out.sampling = 0;
        else {
          const n = percent(t);
          if (n === null || n < 1 || n > 100) throw wrong(t, 'bad sampling percentage, should be 1-100');
          out.sampling = n;
        }
      },
      subject: (t) => {
        out.subject = text(t);
      },
    },
    // As in the original, other keys of this map are not looked at.
    { errors: [], warnings: problems.warnings },
  );
  if (out.subject === '') throw wrong(token, 'Latency subject required, but missing');
  return out;
}

const RESPONSES: Record<string, 'singleton' | 'stream' | 'chunked'> = {
  single: 'singleton',
  singleton: 'singleton',
  stream: 'stream',
  chunk: 'chunked',
  chunked: 'chunked',
};

function readExport(token: ConfigToken, problems: Problems): ExportOptions {
  const out: Mutable<ExportOptions> = {};
  readEntries(
    map(token),
    {
      stream: (t) => {
        out.stream = text(t);
      },
      service: (t) => {
        out.service = text(t);
      },
      'response|response_type': (t) => {
        const type = RESPONSES[text(t).toLowerCase()];
        if (type === undefined) throw wrong(t, `Unknown response type: ${JSON.stringify(t.value)}`);
        out.response = type;
      },
      'threshold|response_threshold|response_max_time|response_time': (t) => {
        out.threshold = goDuration(t);
      },
      accounts: (t) => {
        const names = array(t).map(text);
        if (names.length > 0) out.accounts = names;
      },
      latency: (t) => {
        out.latency = latency(t, problems);
      },
      account_token_position: (t) => {
        out.accountTokenPosition = int(t);
      },
      allow_trace: (t) => {
        out.allowTrace = bool(t);
      },
    },
    problems,
  );
  if (out.stream !== undefined) {
    if (out.service !== undefined) throw wrong(token, 'an export is a stream or a service, not both');
    for (const key of ['response', 'threshold', 'latency', 'allowTrace'] as const) {
      if (out[key] !== undefined) throw wrong(token, `Detected ${key} directive on non-service`);
    }
  }
  return out;
}

function source(token: ConfigToken, problems: Problems): { account: string; subject: string } {
  const out = { account: '', subject: '' };
  readEntries(
    map(token),
    {
      account: (t) => {
        out.account = text(t);
      },
      subject: (t) => {
        out.subject = text(t);
      },
    },
    problems,
  );
  if (out.account === '' || out.subject === '') throw wrong(token, 'Expect an account name and a subject');
  return out;
}

function readImport(token: ConfigToken, problems: Problems): ImportOptions {
  const out: Mutable<ImportOptions> = {};
  readEntries(
    map(token),
    {
      stream: (t) => {
        out.stream = source(t, problems);
      },
      service: (t) => {
        out.service = source(t, problems);
      },
      prefix: (t) => {
        out.prefix = text(t);
      },
      to: (t) => {
        out.to = text(t);
      },
      share: (t) => {
        out.share = bool(t);
      },
      allow_trace: (t) => {
        out.allowTrace = bool(t);
      },
    },
    problems,
  );
  if (out.stream !== undefined && out.service !== undefined) {
    throw wrong(token, 'an import is a stream or a service, not both');
  }
  if (out.service !== undefined && out.allowTrace !== undefined) {
    throw wrong(token, 'Detected allow_trace directive on a non-stream');
  }
  if (out.stream !== undefined && out.prefix !== undefined && out.to !== undefined) {
    throw wrong(token, "Stream import can not have a 'prefix' and a 'to' property");
  }
  return out;
}

function readImports(token: ConfigToken, problems: Problems): ImportOptions[] {
  const out: ImportOptions[] = [];
  const seen = new Set<string>();
  for (const t of array(token)) {
    attempt(problems, () => {
      const one = readImport(t, problems);
      if (one.service !== undefined) {
        const to = one.to ?? one.service.subject;
        const key = `${one.service.account}\n${to}`;
        if (seen.has(key)) throw wrong(t, `Duplicate service import subject ${JSON.stringify(to)}`);
        seen.add(key);
      }
      out.push(one);
    });
  }
  return out;
}

function limits(token: ConfigToken, problems: Problems): AccountLimits {
  const out: Mutable<AccountLimits> = {};
  readEntries(
    map(token),
    {
      'max_connections|max_conn': (t) => {
        out.connections = int(t);
      },
      'max_subscriptions|max_subs': (t) => {
        out.subscriptions = int(t);
      },
      'max_payload|max_pay': (t) => {
        out.payload = int(t);
      },
      'max_leafnodes|max_leafs': (t) => {
        out.leafnodes = int(t);
      },
    },
    problems,
  );
  return out;
}

function trace(token: ConfigToken, problems: Problems): { destination: string; sampling: number } {
  const out = { destination: '', sampling: 0 };
  const dest = (t: ConfigToken): void => {
    out.destination = text(t);
    if (!literalSubject(out.destination)) throw wrong(t, `Trace destination ${JSON.stringify(t.value)} is not valid`);
  };
  if (token.kind === 'string') dest(token);
  else {
    readEntries(
      map(token),
      {
        dest,
        sampling: (t) => {
          const n = percent(t);
          if (n === null || n < 1 || n > 100) throw wrong(t, `trace sampling ${String(t.value)} is not within 1..100`);
          out.sampling = n;
        },
      },
      problems,
    );
  }
  if (out.destination === '') note(problems.warnings, token, 'trace sampling ignored: no destination was set');
  else if (out.sampling === 0) out.sampling = 100;
  return out;
}

function readAccount(token: ConfigToken, problems: Problems): AccountOptions {
  const out: Mutable<AccountOptions> = {};
  readEntries(
    map(token),
    {
      nkey: (t) => {
        out.nkey = text(t);
        if (!isPublicKey(out.nkey, 'account')) {
          throw wrong(t, `Not a valid public nkey for an account: ${JSON.stringify(out.nkey)}`);
        }
      },
      imports: (t) => {
        out.imports = readImports(t, problems);
      },
      exports: (t) => {
        out.exports = array(t).map((e) => readExport(e, problems));
      },
      jetstream: (t) => {
        if (t.kind !== 'bool' || t.value === true) {
          if (t.kind === 'string' && /^(disabled?)$/i.test(t.value as string)) return;
          throw wrong(t, 'JetStream is not part of this server; use nats-server for it, or remove "jetstream"');
        }
      },
      users: (t) => {
        out.users = readUsers(t, problems);
      },
      default_permissions: (t) => {
        out.defaultPermissions = readPermissions(t, problems);
      },
      'mappings|maps': (t) => {
        out.mappings = readMappings(t, problems);
      },
      limits: (t) => {
        out.limits = limits(t, problems);
      },
      'msg_trace|trace_dest': (t) => {
        const made = trace(t, problems);
        if (made.destination !== '') out.trace = made;
      },
    },
    problems,
  );
  if (out.users !== undefined) out.users = withDefaults(out.users, out.defaultPermissions);
  return out;
}

/** Accounts by name; a list of bare names gives accounts without users. */
export function readAccounts(token: ConfigToken, problems: Problems): Record<string, AccountOptions> {
  const out: Record<string, AccountOptions> = {};
  const add = (name: string, at: ConfigToken, make: () => AccountOptions): void =>
    attempt(problems, () => {
      if (name === '$G') throw wrong(at, `"$G" is a Reserved Account`);
      if (name in out) throw wrong(at, `Duplicate Account Entry: ${name}`);
      out[name] = make();
    });
  if (token.kind === 'array') {
    for (const t of array(token)) attempt(problems, () => add(text(t), t, () => ({})));
    return out;
  }
  for (const [name, t] of map(token)) {
    if (t.used) continue;
    if (t.kind !== 'map') note(problems.errors, t, 'Expected map entries for accounts');
    else add(name, t, () => readAccount(t, problems));
  }
  return out;
}
