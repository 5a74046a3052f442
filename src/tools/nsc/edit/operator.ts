import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { addTo, removeFrom } from '#crypto/lists.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { type OperatorClaims, serviceUrlProblem } from '#crypto/operator.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorSigners } from '#store/signers.ts';
import type { Store } from '#store/store.ts';
import { change, changed } from '../finish.ts';
import { isHttpUrl, isResolverUrl } from '../push/url.ts';
import { newReport, type Report } from '../report.ts';
import { findSigner } from '../signer.ts';
import { publicKeysOf, signingKeyFlags } from '../signing-keys.ts';
import { editTags, tagFlags } from '../tags.ts';
import { editTimes, readTimes, timeFlags } from '../times.ts';
import { hasLimits } from './jetstream.ts';

const ownFlags = {
  ...signingKeyFlags,
  ...tagFlags,
  ...timeFlags,
  'account-jwt-server-url': {
    type: 'string',
    short: 'u',
    help: 'Where accounts are pushed to and pulled from: an account server (http) or servers with a resolver (nats)',
  },
  'rm-account-jwt-server-url': { type: 'bool', help: 'Remove that URL' },
  'system-account': { type: 'string', help: 'Name or public key of the system account' },
  'service-url': { type: 'strings', short: 'n', help: 'URLs clients connect to, to add' },
  'rm-service-url': { type: 'strings', help: 'URLs clients connect to, to remove' },
  'require-signing-keys': { type: 'bool', help: 'Whether accounts and users must be issued by signing keys' },
} as const;

/** `nsc edit operator` */
export const command = defineCommand({
  name: 'operator',
  help: 'Change the current operator',
  flags: ownFlags,
  examples: [
    'nsc edit operator --service-url nats://nats.example.net:4222',
    'nsc edit operator --sk generate --require-signing-keys',
    'nsc edit operator --account-jwt-server-url nats://nats.example.net:4222 --system-account SYS',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      const store = await nsc.store();
      if (nsc.interactive) {
        const { askEditOperator } = await import('../ask/edit-operator.ts');
        const asked = await askEditOperator(nsc, await store.operator());
        flags = { ...flags, ...asked.flags };
        const known = isSet;
        isSet = (name) => asked.set.has(name) || known(name);
      } else if (!Object.keys(ownFlags).some((name) => isSet(name as keyof typeof ownFlags))) {
        throw fail('usage', 'specify an edit option', { hint: 'nsc edit operator --help shows them' });
      }
      const times = readTimes(flags, runtime.clock.now());
      for (const url of flags['service-url']) {
        const problem = serviceUrlProblem(url);
        if (problem !== undefined) throw fail('usage', problem);
      }
      await nsc.lock();
      const operator = await store.operator();
      const { nats } = operator;
      const report = newReport();
      // As the operator was before the edit: the identity key signs also the edit that makes it strict.
      const signer = await findSigner(nsc, { kinds: ['operator'], keys: operatorSigners(operator) });
      if (signer.publicKey !== operator.sub && !nats.signing_keys.includes(signer.publicKey)) {
        throw fail('denied', `${signer.publicKey} is no key of operator ${quote(operator.name)}`);
      }
      editTimes(operator, times, report, nsc.now());
      editTags(nats.tags, flags, report);
      editKeys(operator, await publicKeysOf(nsc, flags.sk, 'operator'), flags['rm-sk'], report);
      if (isSet('require-signing-keys') && nats.strict_signing_key_usage !== flags['require-signing-keys']) {
        nats.strict_signing_key_usage = flags['require-signing-keys'];
        report.ok(`strict signing key usage set to: ${nats.strict_signing_key_usage}`);
      }
      if (nats.strict_signing_key_usage) await refuseIdentitySigned(store, operator);
      editServerUrl(operator, flags, isSet('account-jwt-server-url'), report);
      if (flags['system-account']) {
        const system = await systemAccount(store, flags['system-account']);
        if (system !== nats.system_account) report.ok(`set system account ${quote(system)}`);
        nats.system_account = system;
      }
      editServiceUrls(operator, flags, report);
      store.putOperator(await encode(operator, signer, nsc.now()));
      report.ok(`edited operator ${quote(operator.name)}`);
      return { entries: report.entries, data: { operator: store.info.name, public_key: operator.sub } };
    });
  },
});

function editKeys(
  { nats }: OperatorClaims,
  added: readonly string[],
  removed: readonly string[],
  report: Report,
): void {
  addTo(nats.signing_keys, ...added);
  for (const key of added) report.ok(`added signing key ${quote(key)}`);
  for (const key of removed) {
    if (removeFrom(nats.signing_keys, key)) report.ok(`removed signing key ${quote(key)}`);
    else report.warn(`${quote(key)} is no signing key of the operator`);
  }
}

function editServerUrl(
  { nats }: OperatorClaims,
  flags: { 'account-jwt-server-url': string | undefined; 'rm-account-jwt-server-url': boolean },
  given: boolean,
  report: Report,
): void {
  const url = flags['account-jwt-server-url'];
  if (given) {
    nats.account_server_url = url || nats.account_server_url;
    report.ok(`set account jwt server url to ${quote(nats.account_server_url)}`);
    if (url && !isHttpUrl(url) && !isResolverUrl(url)) {
      report.warn('nsc can push to http, https, nats, tls, ws and wss URLs only');
    }
  }
  if (!flags['rm-account-jwt-server-url']) return;
  nats.account_server_url = '';
  report.ok('removed account server url');
}

function editServiceUrls(
  { nats }: OperatorClaims,
  flags: { 'service-url': readonly string[]; 'rm-service-url': readonly string[] },
  report: Report,
): void {
  for (const url of flags['service-url']) {
    addTo(nats.operator_service_urls, url.toLowerCase());
    report.ok(`added service url ${quote(url)}`);
  }
  for (const url of flags['rm-service-url']) {
    if (removeFrom(nats.operator_service_urls, url.toLowerCase())) report.ok(`removed service url ${quote(url)}`);
    else report.warn(`service url ${quote(url)} was not set`);
  }
}

/** A strict operator has signing keys, and neither accounts nor users that identity keys issued. */
async function refuseIdentitySigned(store: Store, operator: OperatorClaims): Promise<void> {
  if (operator.nats.signing_keys.length === 0) {
    throw fail('usage', 'operator requires at least one signing key', { hint: 'nsc edit operator --sk generate' });
  }
  for (const name of await store.accounts()) {
    const account = await store.account(name);
    if (account.iss === operator.sub) {
      throw fail('conflict', `account ${quote(name)} needs to be issued with a signing key first`, {
        hint: `add the key, then: nsc edit account ${name} --tag strict -K SIGNING-KEY`,
      });
    }
    for (const userName of await store.users(name)) {
      if ((await store.user(name, userName)).iss !== account.sub) continue;
      const what = `user ${quote(userName)} in account ${quote(name)}`;
      throw fail('conflict', `${what} needs to be issued with a signing key first`);
    }
  }
}

async function systemAccount(store: Store, given: string): Promise<string> {
  if (isPublicKey(given, 'account')) return given;
  const account = await store.account(given);
  const { limits } = account.nats;
  const tiers = limits.tiered_limits.size > 0;
  if (tiers || hasLimits(limits)) {
    throw fail('usage', `system accounts cannot have ${tiers ? 'tiered ' : ''}JetStream limits`, {
      hint: `nsc edit account ${given} --js-disable`,
    });
  }
  return account.sub;
}
