import { list } from '#cli/schema.ts';
import { checkBucketName } from '#client/kv.ts';
import { newExport } from '#crypto/exports.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { bucketSubjects } from '../kv-subjects.ts';
import { exportData, exportSchema, kindName } from './show.ts';

/** `nats auth account exports kv` */
export const command = defineCommand({
  name: 'kv',
  hidden: true,
  help: 'Offer a key-value bucket to other accounts',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket' } },
  flags: {
    account: { type: 'string', help: 'Name of the account', ours: true },
    operator: { ...operatorFlag.operator, ours: true },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: list(exportSchema),
  async run({ args, flags }, runtime) {
    const { bucket } = args;
    checkBucketName(bucket);
    await changeAccount(runtime, flags, ({ claims }) => {
      const added = bucketSubjects(bucket).map(({ kind, subject }) =>
        newExport({ name: `KV_${bucket}`, subject, type: kind, description: `Export for KV Bucket ${bucket}` }),
      );
      claims.nats.exports.push(...added);
      const lines = added.map((one) => `Exporting ${kindName(one)} Subject: ${one.subject}\n`);
      return () => ({ data: added.map(exportData), text: () => lines.join('') });
    });
  },
});
