import { fail } from '#base/errors.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { createBucket, deleteBucket } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { newBucketConfig } from '../../kv/settings.ts';
import { purgeFlag, rateFlag, storageFlags, throughputFlags } from '../flags.ts';
import { jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { benchOutput, runBench } from '../run.ts';
import { group } from './group.ts';

const DEFAULT_BUCKET = 'benchbucket';

/** `nats bench kv put` */
export const command = defineCommand({
  name: 'put',
  help: 'Put values under the keys 0, 1, 2 ...\n\nThe default bucket is created; any other must be there.',
  inherits: group.flags,
  flags: {
    ...storageFlags,
    history: { type: 'uint', default: '1', help: 'Values to keep of each key' },
    ...purgeFlag,
    randomize: { type: 'int', default: '0', help: 'Draw keys below this number at random; 0: one after the other' },
    ...throughputFlags,
    ...rateFlag,
  },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ flags }, runtime) {
    const { bucket, purge, randomize } = flags;
    if (flags.maxbytes <= 0n) {
      throw fail(
        'usage',
        `can not parse or invalid the value specified for the max stream/bucket size: ${flags.maxbytes}`,
      );
    }
    const plan = await makePlan(runtime, 'kv-put', flags, { stream: bucket, randomize });
    const parameters = { bucket, sleep: sleepParameter(flags), purge: String(purge) };
    await runBench(runtime, {
      ...jobOf(plan, flags, parameters),
      word: 'Putting',
      changes: [
        ...(purge ? [`Would delete bucket ${bucket}`] : []),
        ...(bucket === DEFAULT_BUCKET ? [`Would create bucket ${bucket}`] : []),
      ],
      prepare: async (js) => {
        // A bucket that is emptied key by key would keep markers: it is made anew.
        if (purge) await deleteBucket(js, bucket);
        if (bucket === DEFAULT_BUCKET) await makeBucket(js, flags);
      },
    });
  },
});

async function makeBucket(
  js: JetStream,
  flags: { history: bigint; storage: string; replicas: number; maxbytes: bigint },
): Promise<void> {
  const none = undefined;
  const config = newBucketConfig(DEFAULT_BUCKET, {
    description: 'nats bench bucket',
    history: flags.history,
    storage: flags.storage,
    replicas: BigInt(flags.replicas),
    'max-bucket-size': flags.maxbytes,
    'max-value-size': none,
    ttl: none,
    'marker-ttl': none,
    tags: [],
    cluster: none,
    compress: false,
    metadata: new Map(),
    'republish-source': none,
    'republish-destination': none,
    'republish-headers': false,
    source: [],
    mirror: none,
    'mirror-domain': none,
  });
  await createBucket(js, DEFAULT_BUCKET, config);
}
