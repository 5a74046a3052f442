// An operator as data and as a report.
import { arr, int, nullable, type OutputSpec, obj, recordOf, str } from '#cli/schema.ts';
import { readClaims } from '#crypto/jwt.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { documentSchema } from '../document.ts';
import type { OperatorAt } from '../pick.ts';
import type { Outcome } from '../session.ts';

/** An operator without its secrets. */
export interface OperatorModel {
  readonly name: string;
  readonly subject: string;
  readonly tags: readonly string[];
  readonly service_urls: readonly string[];
  readonly account_server: string;
  /** How many. */
  readonly accounts: number;
  readonly system_account: { readonly name: string; readonly subject: string } | null;
  readonly signing_keys: readonly string[];
}

export const operatorSchema = obj({
  name: str,
  subject: str,
  tags: arr(str),
  service_urls: arr(str),
  account_server: str,
  accounts: int,
  system_account: nullable(obj({ name: str, subject: str })),
  signing_keys: arr(str),
});

export const operatorOutput: OutputSpec = recordOf(operatorSchema);
/** With --json: the operator with all its seeds. */
export const operatorInfoOutput: OutputSpec = recordOf({ anyOf: [operatorSchema, documentSchema] });

export async function operatorModel({ name, store, claims }: OperatorAt): Promise<OperatorModel> {
  const { nats } = claims;
  const names = await store.accounts();
  let system: OperatorModel['system_account'] = null;
  for (const account of nats.system_account === '' ? [] : names) {
    if (readClaims(await store.accountToken(account)).sub !== nats.system_account) continue;
    system = { name: account, subject: nats.system_account };
    break;
  }
  return {
    name,
    subject: claims.sub,
    tags: nats.tags,
    service_urls: nats.operator_service_urls,
    account_server: nats.account_server_url,
    accounts: names.length,
    system_account: system,
    signing_keys: [...nats.signing_keys].sort(),
  };
}

export async function operatorText(runtime: Runtime, model: OperatorModel): Promise<string> {
  const { name, subject, tags, system_account: system } = model;
  const report = columns(`Operator ${name} (${subject})`)
    .section('Configuration')
    .row('Name', name)
    .row('Subject', subject)
    .list('Tags', tags)
    .rowIf('Service URL(s)', model.service_urls, model.service_urls.length > 0)
    .rowIfNotEmpty('Account Server', model.account_server)
    .row('Accounts', model.accounts)
    .row('System Account', system ? `${system.name} (${system.subject})` : 'not set')
    .list('Signing Keys', model.signing_keys);
  return `${await columnsText(runtime, report)}\n`;
}

/** What a change of an operator shows: the operator. */
export async function operatorOutcome(runtime: Runtime, operator: OperatorAt): Promise<Outcome> {
  const data = await operatorModel(operator);
  return { data, text: () => operatorText(runtime, data) };
}
