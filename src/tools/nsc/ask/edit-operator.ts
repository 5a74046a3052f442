import { type OperatorClaims, serviceUrlProblem } from '#crypto/operator.ts';
import type { Nsc } from '../nsc.ts';
import { askText, askYes, choose } from './choose.ts';
import { type Answers, askClaims, askSeveral, askSigningKeys, newAnswers } from './edits.ts';

/** The questions of `nsc edit operator -i`. */
export async function askEditOperator(nsc: Nsc, operator: OperatorClaims): Promise<Answers> {
  const answers = newAnswers();
  const { nats } = operator;
  await askClaims(nsc, answers, operator);
  const url = await askText(nsc, 'account jwt server url', nats.account_server_url, '--account-jwt-server-url');
  if (url.trim() !== nats.account_server_url) answers.give('account-jwt-server-url', url.trim());
  const which = 'operator service url';
  const urls = await askSeveral(nsc, 'service url', false, '--service-url', which, serviceUrlProblem, true);
  if (urls.length > 0) answers.give('service-url', urls);
  if (
    nats.operator_service_urls.length > 0 &&
    (await askYes(nsc, 'remove any service urls', true, '--rm-service-url'))
  ) {
    const prompts = await nsc.runtime.prompts();
    const choices = nats.operator_service_urls.map((one) => ({ label: one, value: one }));
    const flag = '--rm-service-url';
    answers.give(
      'rm-service-url',
      await prompts.multiSelect({ message: 'select service urls to remove', choices, flag }),
    );
  }
  if (await askYes(nsc, 'Set system account', false, '--system-account')) {
    const names = await (await nsc.store()).accounts();
    answers.give('system-account', await choose(nsc, 'select account', names, undefined, '--system-account'));
  }
  await askSigningKeys(nsc, answers, 'operator');
  return answers;
}
