// nats-top with a source that breaks where nobody catches it.
import type { Tool } from '#cli/tree.ts';
import { defineCommand } from '#runtime/command.ts';
import { runTool } from '#runtime/run.ts';
import { systemHost } from '#runtime/system.ts';
import type { TopSource } from '#runtime/top/source.ts';
import { runTop } from '#runtime/top/top.ts';
import { emptySample } from '#view/top/model.ts';

const source: TopSource = {
  check: async () => undefined,
  poll: async () => {
    setTimeout(() => {
      throw new Error('the program is broken');
    }, 100);
    return [emptySample];
  },
};

const command = defineCommand({
  name: 'crash',
  help: 'Crash',
  output: { kind: 'none', schema: {}, version: 1 },
  run: (_input, runtime) =>
    runTop(runtime, source, {
      query: { limit: 10, sort: 'cid', subs: false },
      page: 'connections',
      columns: [],
      raw: false,
      lookup: false,
      delay: 1,
      refreshes: undefined,
      output: undefined,
      mode: 0o600,
      delimiter: '',
    }),
});

const tool: Tool = {
  name: 'crash',
  dialect: 'goflag',
  help: 'Crash',
  flags: {},
  children: [],
  single: async () => command,
  version: '0',
};

process.exit(await runTool(tool, [], systemHost()));
