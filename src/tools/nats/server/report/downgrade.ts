import { parseApiLevel } from '#base/semver.ts';
import { arr, int, obj, record, str } from '#cli/schema.ts';
import { collectAccounts } from '#client/system/source.ts';
import type { AccountDetail } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { reportAbsent } from '../absent.ts';
import { archiveFlag } from '../flags.ts';
import { openSource } from '../source.ts';
import { group } from './group.ts';

/** A stream or consumer a server of the level could not run. */
export interface Asset {
  readonly account: string;
  readonly name: string;
  readonly stream?: string;
  readonly api_level: number;
}

export interface Assets {
  readonly streams?: readonly Asset[];
  readonly consumers?: readonly Asset[];
}

const asset = { account: str, name: str, api_level: int };

/** `nats server report downgrade` */
export const command = defineCommand({
  name: 'downgrade',
  help: 'Streams and consumers that need a newer JetStream API than servers of a level have',
  args: { api: { type: 'uint', required: true, help: 'API level of the servers meant to be installed' } },
  flags: {
    json: { type: 'bool', help: 'Print the streams and consumers as JSON' },
    all: { type: 'bool', help: 'Include the consumers of such streams' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: record({ 'streams?': arr(obj(asset)), 'consumers?': arr(obj({ ...asset, stream: str })) }),
  async run(input, runtime) {
    const { flags } = input;
    const source = await openSource(runtime, { archive: flags.archive });
    const { accounts, answered } = await collectAccounts(source);
    const assets = incompatible(accounts, Number(input.args.api), flags.all);
    const rows = () => [
      ...(assets.streams ?? []).map((s) => ({
        kind: 'stream',
        account: s.account,
        stream: s.name,
        consumer: '',
        api_level: s.api_level,
      })),
      ...(assets.consumers ?? []).map((c) => ({
        kind: 'consumer',
        account: c.account,
        stream: c.stream,
        consumer: c.name,
        api_level: c.api_level,
      })),
    ];
    await runtime.show({ data: assets, rows, text: () => assetsText(runtime, assets) }, { json: flags.json });
    await reportAbsent(runtime, source, answered);
  },
});

/** What needs more than `level`. A star marks consumers whose stream does. */
export function incompatible(accounts: readonly AccountDetail[], level: number, all: boolean): Assets {
  const streams: Asset[] = [];
  const consumers: Asset[] = [];
  const needs = (metadata: Readonly<Record<string, string>> | undefined) =>
    parseApiLevel(metadata?.['_nats.req.level']);
  for (const { name: account, stream_detail: details } of accounts) {
    for (const stream of details ?? []) {
      const api = needs(stream.config?.metadata);
      const isTooNew = level < api;
      if (isTooNew) streams.push({ account, name: stream.name, api_level: api });
      const sorted = [...(stream.consumer_detail ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const consumer of sorted) {
        const own = needs(consumer.config?.metadata);
        if (level >= own && !(all && isTooNew)) continue;
        const mark = all && isTooNew ? '*' : '';
        consumers.push({ account, name: consumer.name, stream: stream.name + mark, api_level: own });
      }
    }
  }
  return { ...(streams.length > 0 ? { streams } : {}), ...(consumers.length > 0 ? { consumers } : {}) };
}

async function assetsText(runtime: Runtime, { streams, consumers }: Assets): Promise<string> {
  let out = 'Obtaining JetStream Asset information\n';
  if (!streams && !consumers) return `${out}All assets are compatible with the specified API level.\n`;
  if (streams) {
    const rows = streams.map((s) => [s.account, s.name, s.api_level]);
    out += await tableText(runtime, {
      title: 'Assets: Streams',
      headers: ['Account', 'Stream', 'Required API level'],
      rows,
    });
    out += '\n';
  }
  if (consumers) {
    const rows = consumers.map((c) => [c.account, c.stream, c.name, c.api_level]);
    const headers = ['Account', 'Stream', 'Consumer', 'Required API level'];
    out += `${await tableText(runtime, { title: 'Assets: Consumers', headers, rows })}\n`;
  }
  return out;
}
