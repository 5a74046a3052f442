import { recordOf } from '#cli/schema.ts';
import { getObjectInfo, openObjectBucket } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { bucketName } from '../jetstream/bucket.ts';
import { bucketSchema, objectSchema, showBucket, showObject } from './report.ts';

/** `nats object info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['show', 'i'],
  help: 'Show a bucket, or an object in it',
  args: {
    bucket: { type: 'string', help: 'Name of the bucket', complete: 'object-buckets' },
    file: { type: 'string', help: 'Name of the object', complete: 'objects' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: recordOf({ anyOf: [bucketSchema, objectSchema] }),
  async run({ args }, runtime) {
    const js = await openJetStream(runtime);
    const bucket = await openObjectBucket(js, await bucketName(runtime, js, 'OBJ_', args.bucket));
    if (args.file) await showObject(runtime, await getObjectInfo(bucket, args.file));
    else await showBucket(runtime, bucket);
  },
});
