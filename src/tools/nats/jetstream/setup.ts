import { during } from '#base/errors.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** The JetStream door of the commands about streams and consumers; without a server, setup has failed. */
export function setupJetStream(runtime: Runtime): Promise<JetStream> {
  return openJetStream(runtime).catch(during('setup failed'));
}
