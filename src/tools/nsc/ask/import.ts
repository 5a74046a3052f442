import { parseDecoratedJwt } from '#crypto/creds.ts';
import type { Export } from '#crypto/exports.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { signersOfUsers } from '#store/signers.ts';
import { accountName } from '../account.ts';
import { signActivation } from '../activation.ts';
import { loadFileOrUrl } from '../load-text.ts';
import type { Nsc } from '../nsc.ts';
import { findSigner } from '../signer.ts';
import { askText, askYes, chosenAccount } from './choose.ts';
import { subjectProblem } from './export.ts';

interface Found {
  readonly account: string;
  readonly publicKey: string;
  readonly export: Export;
}

interface Answers {
  readonly account: string;
  /** Made for an export of this store that is private. */
  readonly activation?: string | undefined;
  readonly flags: Record<string, unknown>;
}

/** The questions of `nsc add import -i`. */
export async function askImport(nsc: Nsc, flags: { readonly account: string | undefined }): Promise<Answers> {
  const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
  const store = await nsc.store();
  const own = await store.account(account);
  const found: Found[] = [];
  for (const name of await store.accounts()) {
    const claims = await store.account(name);
    if (claims.sub === own.sub) continue;
    for (const one of claims.nats.exports) found.push({ account: name, publicKey: claims.sub, export: one });
  }
  const local = found.length > 0 && (await askYes(nsc, 'pick from locally available exports', true, '--src-account'));
  const source = local ? await pickLocal(nsc, own.sub, found) : await askRemote(nsc);
  const proposed = source.flags['local-subject'] as string | undefined;
  const name = await askText(nsc, 'name', (source.flags.name as string | undefined) ?? '', '--name');
  const subject = await askText(nsc, 'local subject', proposed, '--local-subject', (answer) =>
    answer === '' ? undefined : subjectProblem(answer),
  );
  const service = source.flags.service === true;
  const share = service && (await askYes(nsc, 'share information when tracking latency?', false, '--share'));
  const trace = !service && (await askYes(nsc, 'allow tracing', false, '--allow-trace'));
  const given = { ...source.flags, name, 'local-subject': subject, share, 'allow-trace': trace };
  return { account, activation: source.activation, flags: given };
}

interface Source {
  readonly flags: Record<string, unknown>;
  readonly activation?: string;
}

async function pickLocal(nsc: Nsc, importer: string, found: readonly Found[]): Promise<Source> {
  const prompts = await nsc.runtime.prompts();
  const choices = found.map((f) => ({
    label: `${f.account}: [${f.export.type}] ${f.export.name}`,
    note: f.export.subject,
    value: f,
  }));
  const picked = await prompts.select({ message: 'select the export', choices, flag: '--remote-subject' });
  const { export: held } = picked;
  const service = held.type === 'service';
  let subject = held.subject;
  let local: string | undefined;
  const position = Number(held.account_token_position);
  if (position > 0) {
    // The importing account's id takes its place in the remote subject, and is left out of the local one.
    const tokens = subject.split('.');
    local = tokens.filter((_, i) => i !== position - 1).join('.');
    tokens[position - 1] = importer;
    subject = tokens.join('.');
  }
  if (service && /[*>]/.test(subject)) {
    subject = await askText(nsc, 'export subject', subject, '--remote-subject', subjectProblem);
  }
  if (service) local ??= subject;
  const flags = { 'src-account': picked.publicKey, 'remote-subject': subject, 'local-subject': local, service };
  const named = { ...flags, name: held.name };
  if (!held.token_req) return { flags: named };
  const store = await nsc.store();
  const exporter = await store.account(picked.account);
  const signer = await findSigner(nsc, signersOfUsers(await store.operator(), exporter));
  const wanted = { exporter, export: held, subject, importer, times: {} };
  const { token } = await signActivation(wanted, signer, nsc.now());
  return { flags: named, activation: token };
}

async function askRemote(nsc: Nsc): Promise<Source> {
  if (await askYes(nsc, 'is the export public?', true, '--token')) {
    const key = await askText(nsc, 'src-account public key', undefined, '--src-account', (answer) =>
      isPublicKey(answer, 'account') ? undefined : 'no public key of an account',
    );
    const subject = await askText(nsc, 'remote subject', undefined, '--remote-subject', subjectProblem);
    const service = await askYes(nsc, 'is import a service', true, '--service');
    return { flags: { 'src-account': key, 'remote-subject': subject, name: subject, service } };
  }
  const load = async (from: string) => parseDecoratedJwt(await loadFileOrUrl(nsc, from));
  const from = await askText(nsc, 'token path or url', undefined, '--token', (answer) =>
    load(answer).then(
      () => undefined,
      (error: Error) => error.message,
    ),
  );
  const activation = await load(from);
  const claims = await decodeAs(activation, 'activation');
  const { subject, kind } = claims.nats;
  return { flags: { name: claims.name, service: kind === 'service', 'local-subject': subject }, activation };
}
