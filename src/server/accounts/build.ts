/** Accounts from options: exports first, then imports, so that the order in a file does not matter. */
import { toBinary } from '../core/text.ts';
import type { AccountOptions, ServerOptions } from '../options.ts';
import { addServiceImport, addStreamImport } from './imports.ts';
import { buildMapping } from './mapping.ts';
import {
  addServiceExport,
  addStreamExport,
  createShared,
  exportAuth,
  type SharedAccount,
  SharingError,
  trackLatency,
} from './model.ts';
import { TransformError } from './transform.ts';

type Named = [SharedAccount, AccountOptions][];

/** Builds all configured accounts; mistakes are told to `wrong` and skipped. */
export function buildAccounts(options: ServerOptions, wrong: (message: string) => void): Map<string, SharedAccount> {
  const out = new Map<string, SharedAccount>();
  const named: Named = [];
  const attempt = (what: string, step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SharingError) && !(error instanceof TransformError)) throw error;
      wrong(what === '' ? error.message : `${what}: ${error.message}`);
    }
  };
  for (const [name, o] of Object.entries(options.accounts ?? {})) {
    const account = createShared(name);
    account.nkey = o.nkey ?? '';
    account.trace = o.trace ?? null;
    out.set(name, account);
    named.push([account, o]);
  }
  const global = createShared('$G');
  out.set('$G', global);
  named.push([global, options.mappings === undefined ? {} : { mappings: options.mappings }]);
  for (const [account, o] of named) {
    for (const [source, destinations] of Object.entries(o.mappings ?? {})) {
      attempt(`Error adding mapping for ${JSON.stringify(source)}`, () => {
        account.mappings.push(buildMapping(source, destinations));
      });
    }
  }
  addExports(named, out, options, attempt, wrong);
  addImports(named, out, attempt, wrong);
  return out;
}

type Attempt = (what: string, step: () => void) => void;

function addExports(
  named: Named,
  all: ReadonlyMap<string, SharedAccount>,
  options: ServerOptions,
  attempt: Attempt,
  wrong: (message: string) => void,
): void {
  for (const [account, o] of named) {
    for (const e of o.exports ?? []) {
      const kind = e.stream !== undefined ? 'stream' : 'service';
      const shown = e.stream ?? e.service;
      if (shown === undefined) continue;
      const subject = toBinary(shown);
      const unknown = (e.accounts ?? []).filter((a) => !all.has(a));
      for (const a of unknown) wrong(`${JSON.stringify(a)} account not defined for ${kind} export`);
      attempt(`Error adding ${kind} export ${JSON.stringify(shown)}`, () => {
        const auth = exportAuth(subject, e.accounts, e.accountTokenPosition ?? 0);
        if (kind === 'stream') {
          addStreamExport(account, subject, auth);
          return;
        }
        const made = addServiceExport(account, subject, auth, e.response ?? 'singleton');
        if (e.threshold !== undefined && e.threshold !== 0) made.threshold = e.threshold;
        made.allowTrace = e.allowTrace === true;
        if (e.latency === undefined) return;
        if (options.noSystemAccount === true) throw new SharingError('system account not setup');
        trackLatency(account, subject, { subject: toBinary(e.latency.subject), sampling: e.latency.sampling });
      });
    }
  }
}

function addImports(
  named: Named,
  all: ReadonlyMap<string, SharedAccount>,
  attempt: Attempt,
  wrong: (message: string) => void,
): void {
  for (const kind of ['stream', 'service'] as const) {
    for (const [account, o] of named) {
      for (const i of o.imports ?? []) {
        const source = i[kind];
        if (source === undefined) continue;
        const exporter = all.get(source.account);
        if (exporter === undefined) {
          wrong(`${JSON.stringify(source.account)} account not defined for ${kind} import`);
          continue;
        }
        const subject = toBinary(source.subject);
        attempt(`Error adding ${kind} import ${JSON.stringify(source.subject)}`, () => {
          if (kind === 'stream') {
            addStreamImport(account, exporter, {
              subject,
              ...(i.prefix ? { prefix: toBinary(i.prefix) } : {}),
              ...(i.to ? { to: toBinary(i.to) } : {}),
              allowTrace: i.allowTrace === true,
            });
          } else {
            addServiceImport(account, exporter, {
              from: i.to ? toBinary(i.to) : subject,
              to: subject,
              share: i.share === true,
            });
          }
        });
      }
    }
  }
}

/** What is wrong with the accounts of these options. */
export function checkAccounts(options: ServerOptions): string[] {
  const out: string[] = [];
  buildAccounts(options, (message) => out.push(message));
  return out;
}
