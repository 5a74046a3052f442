import { list } from '#cli/schema.ts';
import { checkBucketName } from '#client/kv.ts';
import { newImport } from '#crypto/imports.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickAccountKey } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { kindName } from '../exports/show.ts';
import { bucketSubjects } from '../kv-subjects.ts';
import { importData, importSchema } from './show.ts';

/** `nats auth account imports kv` */
export const command = defineCommand({
  name: 'kv',
  hidden: true,
  help: 'Use a key-value bucket of another account\n\nClients reach it with --js-api-prefix PREFIX.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket' },
    prefix: { type: 'string', required: true, help: 'Subject below which the bucket is mounted' },
    source: { type: 'string', required: true, help: 'Name or public key of the account that has it' },
  },
  flags: {
    account: { type: 'string', help: 'Name of the account that imports', ours: true },
    operator: { ...operatorFlag.operator, ours: true },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: list(importSchema),
  async run({ args, flags }, runtime) {
    const { bucket, prefix } = args;
    checkBucketName(bucket);
    await changeAccount(runtime, flags, async ({ claims, operator }, auth) => {
      const message = 'Select the Source account';
      const account = await pickAccountKey(auth, operator, args.source, { message, flag: 'the source argument' });
      const added = bucketSubjects(bucket).map(({ kind, subject, below }) => {
        const local = below === undefined ? subject : `${prefix}.${below}`;
        return newImport({ name: `KV_${bucket}`, subject, account, local_subject: local, type: kind });
      });
      claims.nats.imports.push(...added);
      const lines = added.map((one) => `Importing ${kindName(one)} Subject: ${one.local_subject}\n`);
      return () => ({ data: added.map(importData), text: () => lines.join('') });
    });
  },
});
