import type { AccountInfo, Answer, Int } from '#client/system/types.ts';
import { type AuditCheck, type CheckWorld, documents, type Outcome, placesOf, verdict } from './check.ts';
import { share } from './servers.ts';

/** Limits as an account's JWT has them; -1 for none. */
interface Claim {
  readonly limits?: Readonly<Record<'conn' | 'leaf' | 'subs', Int | undefined>>;
}

interface AccountUse extends AccountInfo {
  readonly client_connections?: number;
  readonly leafnode_connections?: number;
  readonly subscriptions?: number;
  readonly decoded_jwt?: { readonly nats?: Claim };
}

export const accountChecks: readonly AuditCheck[] = [
  {
    code: 'ACCOUNTS_001',
    suite: 'accounts',
    name: 'Account Limits',
    description: 'Accounts stay below the limits of their JWT',
    thresholds: {
      connections: { description: 'Highest use of the limits of connections', default: 90, unit: '%' },
      subscriptions: { description: 'Highest use of the limit of subscriptions', default: 90, unit: '%' },
    },
    run: checkLimits,
  },
];

async function checkLimits(world: CheckWorld): Promise<Outcome> {
  let exceeded = false;
  const look = (lead: string, what: string, value: Int, limit: Int | undefined, percent: number): void => {
    const [used, most] = [Number(value), Number(limit ?? 0)];
    if (most <= 0) return;
    const part = share(used, most);
    if (used > most) {
      world.examples.add(`${lead} exceeded ${what} limit (${part}, ${used}/${most})`);
      exceeded = true;
    } else if (used > Math.trunc(most * (percent / 100))) {
      world.examples.add(`${lead} using ${part} of ${what} limit (${used}/${most})`);
    }
  };
  const [connections, subscriptions] = [world.threshold('connections'), world.threshold('subscriptions')];
  for (const place of placesOf(world.archive)) {
    for await (const { data } of documents<Answer<AccountUse>>(world.archive, {
      ...place,
      artifact_type: 'account_info',
    })) {
      const limits = data?.decoded_jwt?.nats?.limits;
      if (!data || !limits) continue;
      const lead = `account ${data.account_name} (on ${place.server})`;
      look(lead, 'client connections', data.client_connections ?? 0, limits.conn, connections);
      look(lead, 'leaf connections', data.leafnode_connections ?? 0, limits.leaf, connections);
      look(lead, 'subscriptions', data.subscriptions ?? 0, limits.subs, subscriptions);
    }
  }
  return exceeded ? 'FAIL' : verdict(world.examples, 'WARN');
}
