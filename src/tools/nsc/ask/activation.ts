import { isPublicKey } from '#crypto/nkeys.ts';
import { accountName } from '../account.ts';
import { privateExport, privateExports } from '../activation.ts';
import type { Nsc } from '../nsc.ts';
import { isHttpUrl } from '../push/url.ts';
import { askText, askTimes, askYes, choose, chosenAccount } from './choose.ts';

interface Given {
  readonly account: string | undefined;
  readonly subject: string | undefined;
  readonly start: string | undefined;
  readonly expiry: string | undefined;
  readonly 'target-account': string | undefined;
}

/** The questions of `nsc generate activation -i`. */
export async function askActivation(nsc: Nsc, flags: Given) {
  const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
  const store = await nsc.store();
  const exporter = await store.account(account);
  const closed = privateExports(exporter, account).map((e) => e.subject);
  const picked = await choose(nsc, 'select the export', closed, flags.subject, '--subject');
  const subject = await askText(nsc, 'subject', flags.subject || picked, '--subject', (answer) => {
    try {
      privateExport(exporter, account, answer);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
  const target = await askText(nsc, 'target-account public key', flags['target-account'], '--target-account', (key) =>
    isPublicKey(key, 'account') ? undefined : 'no public key of an account',
  );
  const times = await askTimes(nsc, flags.start, flags.expiry);
  const url = (await store.operator()).nats.account_server_url;
  const push = isHttpUrl(url) && (await askYes(nsc, `push the activation to "${url}"`, false, '--push'));
  return { account, subject, 'target-account': target, ...times, push };
}
