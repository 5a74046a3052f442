// Changes to the meta group of JetStream, asked of its leader over the system account.
import { fail } from '#base/errors.ts';
import { type JetStream, jetStream } from '#client/jetstream/api.ts';
import type { LiveSource } from '#client/system/source.ts';
import type { Jsz, MetaGroup } from '#client/system/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';

/** JetStream's API as the system account has it: without a domain. Fails when one is set, so that nothing else is changed. */
export async function metaApi(runtime: Runtime, what: string): Promise<JetStream> {
  const settings = await loadSettings(runtime);
  if (settings.jsDomain) {
    throw fail(
      'usage',
      `the --js-domain option cannot be used with ${what}: JetStream domains do not apply to the system account, connect without a domain configured`,
    );
  }
  return jetStream(await runtime.connect(), { timeout: Number(settings.timeout / 1_000_000n) });
}

/** The meta group as its leader sees it. `action` stands in the error when there are several groups. */
export async function metaGroup(source: LiveSource, action: string): Promise<MetaGroup> {
  await source.activeServers();
  const answers = await source.ask('JSZ');
  const leaders = answers.flatMap(({ server, data }: { server: { name: string }; data?: Jsz }) =>
    data?.meta_cluster && data.meta_cluster.leader === server.name ? [data.meta_cluster] : [],
  );
  const [leader] = leaders;
  if (!leader) {
    throw fail(
      'not-found',
      'did not receive a response from the meta leader, ensure the account used has system privileges and appropriate permissions',
      {
        hint: 'only servers of a cluster with JetStream have a meta leader; right after a start there may be none yet',
        retryable: true,
      },
    );
  }
  if (leaders.length > 1) {
    throw fail(
      'conflict',
      `found ${leaders.length} JetStream meta cluster leaders, unable to determine which cluster ${action}`,
    );
  }
  return leader;
}
