import { humanBytes } from '#base/size.ts';
import { bool, obj, recordOf, str } from '#cli/schema.ts';
import { deleteObject, deleteObjectBucket, getObjectInfo, openObjectBucket } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { agreed } from '../jetstream/bucket.ts';
import { bucketSchema, loadBucket, showBucket } from './report.ts';

/** `nats object del` */
export const command = defineCommand({
  name: 'del',
  aliases: ['rm'],
  help: 'Delete an object, or a bucket with everything in it',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' },
    file: { type: 'string', help: 'Object to delete; without one the bucket is deleted', complete: 'objects' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Delete without asking' } },
  tags: { scope: 'user', impact: 'rw' },
  output: recordOf({ anyOf: [bucketSchema, obj({ done: bool, bucket: str, 'name?': str })] }),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const { plan } = runtime.contract;
    const file = args.file || undefined;
    const info = file && (plan || !flags.force) ? await getObjectInfo(bucket, file) : undefined;
    const data = { done: !plan, bucket: bucket.name, ...(file ? { name: file } : {}) };
    if (plan) {
      const what = file ? `${bucket.name} > ${file}` : `bucket ${bucket.name} and all its objects`;
      return runtime.show({ data, text: () => `would delete ${what}\n` });
    }
    const question = info
      ? `Delete ${humanBytes(info.size)} byte file ${bucket.name} > ${file}?`
      : `Delete bucket ${bucket.name} and all its files?`;
    if (!(await agreed(runtime, flags.force, question, 'Skipping delete'))) return;
    if (file) {
      await deleteObject(bucket, file);
      const after = await openObjectBucket(bucket.js, bucket.name);
      return showBucket(runtime, after, `Removed ${bucket.name} > ${file}\n`);
    }
    await deleteObjectBucket(bucket.js, bucket.name);
    await runtime.show({ data, text: () => '' });
  },
});
