import { type ActivationClaims, exportTypeName } from '#crypto/activation.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { NscTable } from '#view/nsc-table.ts';
import { claimRows, listRows } from './rows.ts';

/** An operator; `systemName` is the name of its system account where the store knows it. */
export function operatorTable(operator: OperatorClaims, systemName: string | undefined): NscTable {
  const { nats } = operator;
  const system = nats.system_account + (systemName === undefined ? '' : ` / ${systemName}`);
  return {
    title: 'Operator Details',
    rows: [
      ...claimRows(operator),
      ...(nats.account_server_url ? [['Account JWT Server', nats.account_server_url]] : []),
      ...listRows('Operator Service URLs', nats.operator_service_urls),
      ...(nats.system_account ? [['System Account', system]] : []),
      ['Require Signing Keys', nats.strict_signing_key_usage],
      ...(nats.signing_keys.length > 0 ? ['separator' as const, ...listRows('Signing Keys', nats.signing_keys)] : []),
    ],
  };
}

export function titleCase(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

/** An activation token. */
export function activationTable(activation: ActivationClaims, hashId: string): NscTable {
  const { nats } = activation;
  return {
    title: 'Activation',
    rows: [
      ...claimRows(activation),
      'separator',
      ['Hash ID', hashId],
      'separator',
      ['Import Type', titleCase(exportTypeName(nats.kind))],
      ['Import Subject', nats.subject],
      'separator',
    ],
  };
}
