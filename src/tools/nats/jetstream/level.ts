import { fail } from '#base/errors.ts';
import { accountInfo, type JetStream } from '#client/jetstream/api.ts';

/** Fails unless the server offers this level of the JetStream API (1: 2.11, 2: 2.12). */
export async function requireLevel(js: JetStream, level: number, message: string): Promise<void> {
  const { api } = await accountInfo(js);
  if ((api?.level ?? 0) < level) throw fail('error', message, { hint: 'nats server info shows the version' });
}
