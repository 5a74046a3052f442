import { BoxError, fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';

import { columnChoice } from '#runtime/top/choice.ts';
import { sortFields } from '#runtime/top/options.ts';
import { topOutput } from '#runtime/top/output.ts';
import { runTop } from '#runtime/top/top.ts';
import { type PageId, pageIds } from '#view/top/page-ids.ts';

/** Milliseconds one server has for its answer when --timeout is not given, as it always was. */
const PATIENCE_MS = 1_000;

/** `nats top` */
export const command = defineCommand({
  name: 'top',
  help:
    'Watch the connections of one server\n\nThe server is asked over the system account, so no monitoring port is needed. ' +
    'Press ? on the screen for the keys. With --as json one snapshot is printed, with --as ndjson one line per refresh.',
  args: { name: { type: 'string', required: true, help: 'Name of the server', complete: 'servers' } },
  flags: {
    conns: { type: 'int', short: 'n', default: '1024', help: 'Connections to ask for at most' },
    interval: { type: 'int', short: 'd', default: '1', help: 'Seconds between two refreshes' },
    sort: { type: 'enum', enum: sortFields, default: 'cid', help: 'Order of the connections' },
    lookup: { type: 'bool', help: 'Show host names instead of addresses' },
    output: { type: 'string', short: 'o', help: 'Write one snapshot to this file, - for stdout, and end' },
    delimiter: { type: 'string', help: 'Stands between the values of --output instead of a grid' },
    raw: { type: 'bool', short: 'b', help: 'Show all digits of the figures' },
    'max-refresh': { type: 'int', short: 'r', default: '-1', help: 'End after so many refreshes; 0 or less: never' },
    subs: { type: 'bool', help: 'Show the subscriptions of the connections' },
    page: { type: 'enum', enum: pageIds, default: 'connections', help: 'Page to begin with, or to print', ours: true },
    columns: { type: 'string', help: 'Columns of the page: a,b or +a,-b', ours: true },
    record: { type: 'string', help: 'Write every moment to this file as well; nats-top -replay shows it', ours: true },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: topOutput,
  async run(input, runtime) {
    const f = input.flags;
    const { openSystem } = await import('#runtime/top/system.ts');
    const timeout = runtime.globals.isSet('timeout') ? Number(runtime.globals['timeout']) / 1e6 : PATIENCE_MS;
    const source = await openSystem(runtime, input.args.name, timeout).catch((error: unknown) => {
      const isAnswer = error instanceof BoxError && (error.kind === 'denied' || error.kind === 'timeout');
      if (!isAnswer || !/^(no results|nats: timeout)/.test(error.message)) throw error;
      const hint = error.kind === 'timeout' ? '"nats server list" shows the names of the servers' : undefined;
      throw fail(error.kind, `initial test request failed: ${error.message}`, hint === undefined ? {} : { hint });
    });
    await runTop(runtime, source, {
      query: { limit: f.conns, sort: f.sort, subs: f.subs },
      page: f.page as PageId,
      columns: columnChoice(f.page as PageId, f.columns),
      raw: f.raw,
      lookup: f.lookup,
      delay: f.interval,
      refreshes: input.isSet('max-refresh') ? f['max-refresh'] : undefined,
      output: f.output === '' ? undefined : f.output,
      mode: 0o600,
      delimiter: f.delimiter ?? '',
      record: f.record,
    });
  },
});
