import { stringifyJson } from '#base/json64.ts';
import { formatRfc3339 } from '#base/time.ts';
import { arr, bool, int, obj, recordOf, str } from '#cli/schema.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { Int64 } from '#crypto/shape.ts';
import { defineCommand } from '#runtime/command.ts';
import { renderNscTable } from '#view/nsc-table.ts';
import { type Nsc, openNsc } from './nsc.ts';
import { humanDate, readDate } from './times.ts';

/** One token and when it ends, in the order of the original's JSON. */
interface Expiration {
  readonly resource: string;
  readonly id: string;
  readonly when: string;
  /** Unix seconds; 0 is never. */
  readonly expiry: number;
  readonly expiration_date: string;
  readonly expires_soon: boolean;
  readonly expired: boolean;
}

/** `nsc expirations` */
export const command = defineCommand({
  name: 'expirations',
  help: 'Show when tokens and creds end, and which do soon',
  flags: {
    within: {
      type: 'string',
      short: 'e',
      default: '1M',
      help: 'What soon is: a distance from now (30m, 12h, 3d, 2w, 6M, 1y) or a date',
    },
    json: { type: 'bool', help: 'Print the report as JSON' },
    skip: { type: 'bool', help: 'Leave out what ends later or never' },
  },
  examples: ['nsc expirations --skip --within 1w', 'nsc expirations --json --within 3M'],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(
    obj({
      expiration_threshold: str,
      report: arr(
        obj({
          resource: str,
          id: str,
          when: str,
          expiry: int,
          expiration_date: str,
          expires_soon: bool,
          expired: bool,
        }),
      ),
    }),
  ),
  async run({ flags }, runtime) {
    const threshold = flags.within === '' ? 0 : readDate(flags.within, 'within', runtime.clock.now());
    const nsc = await openNsc(runtime);
    const all = await collect(nsc, threshold);
    const report = flags.skip ? all.filter((e) => e.expired || e.expires_soon) : all;
    const data = { expiration_threshold: date(threshold), report };
    const text = () => {
      if (flags.json) return `${stringifyJson(data, { indent: 2 })}\n`;
      const rows = report.map((e) => [
        e.expired ? 'Yes' : e.expires_soon ? 'Soon' : 'No',
        e.resource,
        `${date(e.expiry)} - ${e.when}`,
      ]);
      // The time left when the table is made, as the original words it: a moment less than what was asked for.
      const title = `Expiration Report (${humanDate(threshold, nsc.now() + 1)})`;
      const table = { title, headers: ['Expired', 'Resource', 'Expiration'], rows };
      return `${renderNscTable(table, runtime.terminal)}\n`;
    };
    await runtime.show({ data, text });
  },
});

function date(at: number): string {
  return formatRfc3339(BigInt(at) * 1_000_000_000n, 'local');
}

async function collect(nsc: Nsc, threshold: number): Promise<Expiration[]> {
  const now = nsc.now();
  const found: Expiration[] = [];
  const add = (resource: string, { sub, exp }: { sub: string; exp: Int64 }) => {
    const expiry = Number(exp);
    found.push({
      resource,
      id: sub,
      when: expiry === 0 ? 'Never' : humanDate(expiry, now),
      expiry,
      expiration_date: expiry === 0 ? '' : date(expiry),
      expires_soon: expiry !== 0 && threshold > 0 && threshold > expiry,
      expired: expiry !== 0 && now > expiry,
    });
  };
  const store = await nsc.store();
  const operator = await store.operator();
  add(operator.name, operator);
  for (const name of await store.accounts()) {
    const account = await store.account(name);
    add(`${operator.name}/${account.name}`, account);
    for (const userName of await store.users(name)) {
      const token = await store.userToken(name, userName);
      const user = await decodeAs(token, 'user');
      add(`${operator.name}/${account.name}/${user.name}`, user);
      const path = nsc.keys.credsPath(store.info.name, account.name, user.name);
      const creds = await nsc.disk.read(path);
      if (creds === undefined) continue;
      const inCreds = parseDecoratedJwt(creds);
      add(path, inCreds === token.trim() ? user : await decodeAs(inCreds, 'user'));
    }
  }
  return found;
}
