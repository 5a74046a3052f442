import { BoxError, messageOf } from '#base/errors.ts';
import { getValue, openBucket } from '#client/kv.ts';
import { attempt, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** -1 for no threshold. */
export interface KvQuery {
  readonly bucket: string;
  readonly key: string;
  readonly values_warning: number;
  readonly values_critical: number;
}

/** Checks that a bucket is there, how many values it holds, and that a key has a value. */
export async function checkKv(world: World, verdict: Verdict, query: KvQuery): Promise<void> {
  if (!(await connected(world, verdict, 'connection failed'))) return;
  const js = await world.jetStream();
  const found = await attempt(verdict, 'could not load bucket', async () => {
    try {
      return await openBucket(js, query.bucket);
    } catch (error) {
      if (error instanceof BoxError && error.kind === 'not-found') return null;
      throw error;
    }
  });
  if (found === null) {
    verdict.critical(`bucket ${query.bucket} not found`);
    return;
  }
  if (!found) return;
  verdict.ok(`bucket ${query.bucket}`);
  const { state, config } = found.info;
  const values = Number(state.messages);
  const { values_warning: warn, values_critical: crit } = query;
  const help = 'How many values are stored in the bucket';
  verdict.perf({ name: 'values', value: values, warning: Math.max(0, warn), critical: Math.max(0, crit), help });
  if (query.key) {
    try {
      await getValue(found, query.key);
      verdict.ok(`key ${query.key} found`);
    } catch (error) {
      const isMissing = error instanceof BoxError && error.kind === 'not-found';
      verdict.critical(isMissing ? `key ${query.key} not found` : `key ${query.key} not loaded: ${messageOf(error)}`);
    }
  }
  if (warn > -1 || crit > -1) {
    const passes = (limit: number) => limit > -1 && (crit < warn ? values <= limit : values >= limit);
    verdict[passes(crit) ? 'critical' : passes(warn) ? 'warn' : 'ok'](`${values} values`);
  }
  verdict.perf({ name: 'bytes', value: Number(state.bytes), unit: 'B', help: 'Bytes stored in the bucket' });
  verdict.perf({ name: 'replicas', value: config.num_replicas ?? 1 });
}
