import { fail } from '#base/errors.ts';
import { any, obj, recordOf, str } from '#cli/schema.ts';
import { noPrivileges } from '#client/system/gather.ts';
import { answerOf } from '#client/system/source.ts';
import type { Answer, Varz } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { columnsText } from '#runtime/text.ts';
import { archiveFlag } from './flags.ts';
import { openSource } from './source.ts';
import { serverReport } from './varz.ts';

/** Shape of a server's variables. */
export const varzOutput = recordOf(obj({ server_id: str, server_name: str, version: str, 'jetstream?': any }));

/** `nats server info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i'],
  help: 'Show one server: process, connections, JetStream, limits and statistics',
  args: {
    server: { type: 'string', help: 'Name or id of the server; without it, the first to answer', complete: 'servers' },
  },
  flags: archiveFlag,
  tags: { scope: 'system', impact: 'ro' },
  output: varzOutput,
  async run(input, runtime) {
    const { server = '' } = input.args;
    const { archive } = input.flags;
    await showServer(
      runtime,
      archive ? await archivedVarz(runtime, archive, server) : await serverVarz(runtime, server),
    );
  },
});

/** Prints a server's variables as a report or as data. */
export async function showServer(runtime: Runtime, varz: Varz): Promise<void> {
  await runtime.show({ data: varz, text: () => columnsText(runtime, serverReport(varz)) });
}

/** Whether the text is the id of a server and no name. */
export function isServerId(text: string): boolean {
  return text.length === 56 && text.toUpperCase() === text;
}

/** The variables of the server of this name or id; of any server when empty. */
export async function serverVarz(runtime: Runtime, server: string): Promise<Varz> {
  const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
  const { stringifyJson } = await import('#base/json64.ts');
  const byId = isServerId(server);
  const subject = byId ? `$SYS.REQ.SERVER.${server}.VARZ` : '$SYS.REQ.SERVER.PING.VARZ';
  const body = byId ? '{}' : stringifyJson({ server_name: server, exact_match: true });
  if (runtime.globals['trace'] === true) runtime.log(`>>> ${subject}: ${body}`);
  const msg = await connection
    .request(subject, body, { timeout: Number(settings.timeout / 1_000_000n), signal: runtime.signal })
    .catch(() => {
      throw noPrivileges('no results received');
    });
  if (runtime.globals['trace'] === true) runtime.log(`<<< ${msg.string()}`);
  const { data, error } = answerOf<Answer<Varz>>(msg);
  if (error) throw fail('error', `invalid response received: ${error.description ?? error.code}`);
  if (!data) throw fail('error', 'no data received in response');
  return data;
}

async function archivedVarz(runtime: Runtime, archive: string, server: string): Promise<Varz> {
  const source = await openSource(runtime, { archive });
  const filter = server ? { server_name: server, exact_match: true } : {};
  const answers = await source.ask('VARZ', filter);
  const found = answers.find((a) => !a.error && a.data)?.data;
  if (found) return found;
  const problem = answers.find((a) => a.error)?.error;
  if (problem) throw fail('error', `invalid response captured for "${server}": ${problem.description ?? ''}`);
  throw fail('not-found', `no captured data for server "${server}" in ${archive}`, {
    hint: 'nats server list --archive FILE shows the servers in it',
  });
}
