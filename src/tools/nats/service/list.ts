import { any, arr, list, obj, str } from '#cli/schema.ts';
import { askServices, type ServiceInfo } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';

export const infoSchema = obj({
  name: str,
  id: str,
  version: str,
  metadata: any,
  type: str,
  description: str,
  endpoints: arr(obj({ name: str, subject: str, queue_group: str, metadata: any })),
});

/** Milliseconds of --timeout. */
export function timeoutOf(runtime: Runtime): number {
  return Number((runtime.globals['timeout'] as bigint) / 1_000_000n);
}

/** `nats service list` */
export const command = defineCommand({
  name: 'list',
  aliases: ['ls', 'l'],
  help: 'List the services that answer, or the instances of one',
  args: {
    service: { type: 'string', placeholder: 'NAME', help: 'Only instances of this service', complete: 'services' },
  },
  flags: { json: { type: 'bool', short: 'j', help: 'Print what the services answered as JSON' } },
  tags: { scope: 'user', impact: 'ro' },
  output: list(infoSchema),
  async run(input, runtime) {
    const name = input.args.service ?? '';
    const connection = await runtime.connect();
    const found = await askServices<ServiceInfo>(connection, 'INFO', name, '', { timeout: timeoutOf(runtime) });
    await runtime.show({ data: found, text: () => listText(runtime, name, found) }, { json: input.flags.json });
  },
});

/** What repeats from one row to the next is left out. */
async function listText(runtime: Runtime, name: string, found: readonly ServiceInfo[]): Promise<string> {
  if (found.length === 0) return 'No results received\n';
  const rows = found.map((s, i) => {
    const last = found[i - 1];
    const once = (key: 'name' | 'version' | 'description') => (last?.[key] === s[key] ? '' : s[key]);
    return [once('name'), once('version'), s.id, once('description')];
  });
  const title = name === '' ? 'All Services' : `${name} Service Instances`;
  return `${await tableText(runtime, { title, headers: ['Name', 'Version', 'ID', 'Description'], rows })}\n`;
}
