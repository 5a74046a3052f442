import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `natsbox version` */
export const command = defineCommand({
  name: 'version',
  help: 'Show the version of the box and of the runtime it is built on',
  output: record({ natsbox: str, runtime: str, platform: str }),
  tags: { scope: 'local', impact: 'ro' },
  ours: true,
  async run(_input, runtime) {
    const data = {
      natsbox: runtime.version,
      runtime: runtime.platform.runtime,
      platform: `${runtime.platform.os}-${runtime.platform.arch}`,
    };
    await runtime.show({ data, text: () => `natsbox ${data.natsbox} (${data.runtime}, ${data.platform})\n` });
  },
});
