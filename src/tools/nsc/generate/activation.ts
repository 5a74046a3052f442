import { unixDate } from '#base/dates.ts';
import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { str } from '#cli/schema.ts';
import { activationHashId } from '#crypto/activation.ts';
import { decorateJwt } from '#crypto/decorate.ts';
import { defineCommand } from '#runtime/command.ts';
import { shortPath } from '#store/dirs.ts';
import { signersOfUsers } from '#store/signers.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { privateExport, signActivation } from '../activation.ts';
import { changedWith, showOutcome } from '../finish.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { writeOut } from '../output-file.ts';
import { accountKey } from '../public-key.ts';
import { isHttpUrl } from '../push/url.ts';
import { newReport, type Report } from '../report.ts';
import { findSigner, refuseForeignSigner } from '../signer.ts';
import { humanDate, readTimes, timeFlags } from '../times.ts';

/** `nsc generate activation` */
export const command = defineCommand({
  name: 'activation',
  help: 'Make the token another account needs to import a private export',
  flags: {
    subject: { type: 'string', short: 's', help: 'Subject of the export, or one it covers' },
    'target-account': { type: 'string', short: 't', help: 'Public key or name of the importing account' },
    'output-file': { type: 'string', short: 'o', default: '--', help: 'Write to this file, -- is stdout' },
    push: { type: 'bool', help: "Bring the token to the operator's account server" },
    ...timeFlags,
    ...accountFlag,
  },
  examples: ['nsc generate activation --subject "quotes.>" --target-account ACME --output-file acme.jwt --expiry 1y'],
  tags: { scope: 'local', impact: 'ro' },
  output: changedWith({ 'token?': str }),
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    let { account } = flags;
    if (nsc.interactive) {
      const { askActivation } = await import('../ask/activation.ts');
      const asked = await askActivation(nsc, flags);
      flags = { ...flags, ...asked };
      account = asked.account;
    }
    const times = readTimes(flags, runtime.clock.now());
    const name = await accountName(nsc, account);
    const store = await nsc.store();
    const operator = await store.operator();
    const exporter = await store.account(name);
    const { found, subject } = privateExport(exporter, name, flags.subject);
    const importer = await accountKey(nsc, flags['target-account'], { flag: '--target-account' });
    const signer = await findSigner(nsc, signersOfUsers(operator, exporter), { account: exporter });
    refuseForeignSigner(signer, exporter, operator.nats.strict_signing_key_usage);
    const wanted = { exporter, export: found, subject, importer, times };
    const { claims, token } = await signActivation(wanted, signer, nsc.now());
    const report = newReport();
    report.ok(`generated ${quote(found.name)} activation for account ${quote(importer)}`);
    const date = (at: number) => `${unixDate(at)} - ${humanDate(at, nsc.now())}`;
    if (claims.nbf > 0) report.ok(`token valid ${date(Number(claims.nbf))}`);
    if (claims.exp > 0) report.ok(`token expires ${date(Number(claims.exp))}`);
    const text = await decorateJwt(token);
    const file = flags['output-file'];
    if (file !== '--') {
      await writeOut(runtime, file, text);
      report.ok(`wrote activation token to \`${shortPath(runtime, file)}\``);
    }
    if (flags.push) {
      const issued = { ...claims, iss: signer.publicKey };
      await push(nsc, operator.nats.account_server_url, token, await activationHashId(issued), report);
    }
    const data = { subject, account: importer, ...(file === '--' ? { token } : { path: file }) };
    const before = file === '--' ? `${text}\n` : '';
    await showOutcome(runtime, { entries: report.entries, sum: true, data, before });
  },
});

async function push(nsc: Nsc, url: string, token: string, hashId: string, report: Report): Promise<void> {
  if (url === '') throw fail('usage', "the operator doesn't have an account server url configured");
  if (!isHttpUrl(url)) {
    throw fail('usage', 'activation push is only supported for http account servers, not for servers with a resolver');
  }
  const { activationsUrl, pushToken } = await import('../push/http.ts');
  if (nsc.runtime.contract.plan) {
    report.ok(`would push to ${quote(activationsUrl(url))}`);
    return;
  }
  report.add(await pushToken(activationsUrl(url), token));
  report.ok(`activation accessible at ${quote(activationsUrl(url, hashId))}`);
}
