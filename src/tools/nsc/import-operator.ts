import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import { isCwdOnly } from '#store/config.ts';
import { expandPath } from '#store/dirs.ts';
import { checkName } from '#store/names.ts';
import { createStore, openStore } from '#store/store.ts';
import type { Outcome } from './finish.ts';
import { knownOperator, operatorNameFor } from './known-operators.ts';
import type { Nsc } from './nsc.ts';
import { isHttpUrl } from './push/url.ts';
import { newReport } from './report.ts';

/** An operator's token got from somewhere. */
export interface FoundOperator {
  readonly token: string;
  readonly claims: OperatorClaims;
  /** The URL it came from; undefined for a file. */
  readonly url?: string;
}

/** Gets an operator's token from a URL, a file, or a known operator's name. Fails unless it is of version 2. */
export async function loadOperator(nsc: Nsc, from: string): Promise<FoundOperator> {
  const { runtime, disk } = nsc;
  const path = isHttpUrl(from) ? undefined : expandPath(runtime, from);
  let url = path === undefined ? from : undefined;
  let text = path === undefined ? undefined : await disk.read(path);
  if (text === undefined && url === undefined) {
    url = knownOperator(runtime, from)?.url;
    if (url === undefined) {
      throw fail('not-found', `error reading \`${from}\`: no such file, and no known operator of that name`);
    }
  }
  text ??= await (await import('./push/http.ts')).loadUrl(url as string);
  const token = parseDecoratedJwt(text);
  const claims = await decodeAs(token, 'operator');
  if (claims.nats.version !== 2) {
    throw fail('error', `the operator jwt (v${claims.nats.version}) is incompatible this version of nsc`, {
      hint: 'ask the operator for a token of version 2',
    });
  }
  return { token, claims, ...(url === undefined ? {} : { url }) };
}

/** `nsc add operator --url`: makes or replaces a managed operator. */
export async function importOperator(
  nsc: Nsc,
  from: string,
  givenName: string | undefined,
  force: boolean,
): Promise<Outcome> {
  const { token, claims, url } = await loadOperator(nsc, from);
  const name = givenName || (url === undefined ? claims.name : operatorNameFor(nsc.runtime, claims.name, url));
  checkName(name, 'operator');
  await nsc.lock({ create: true });
  const dir = join(nsc.config.store_root, name);
  const report = newReport();
  const there = await nsc.disk.has(join(dir, '.nsc'));
  if (there && !force) {
    report.error(`operator named ${name} exists already please inspect and use --force to overwrite`);
    return { entries: report.entries, discard: true, error: fail('conflict', 'all jobs failed') };
  }
  if (!there && (await nsc.disk.list(dir)).length > 0) {
    throw fail('conflict', `operator ${JSON.stringify(name)} already exists in \`${nsc.config.store_root}\``);
  }
  const store = there ? await openStore(nsc.disk, dir) : createStore(nsc.disk, dir, true);
  const held = there ? await store.operator().catch(() => undefined) : undefined;
  if (held && held.sub !== claims.sub) {
    report.warn('existing and new operator represent different entities, forced to continue');
  }
  store.putOperator(token);
  report.ok(`imported operator ${JSON.stringify(name)}`);
  report.ok('When running your own nats-server, make sure they run at least version 2.2.0');
  if (!isCwdOnly(nsc.runtime)) await nsc.useOperator(name);
  return { entries: report.entries, data: { operator: name, public_key: claims.sub } };
}
