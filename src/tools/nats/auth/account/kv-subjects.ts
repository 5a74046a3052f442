// The subjects one needs to use a key-value bucket of another account.

export interface BucketSubject {
  readonly kind: 'service' | 'stream';
  /** In the account that has the bucket. */
  readonly subject: string;
  /** Where it is mounted below a prefix; undefined: it stays as it is. */
  readonly below?: string;
}

export function bucketSubjects(bucket: string): BucketSubject[] {
  const api = (rest: string): BucketSubject => ({ kind: 'service', subject: `$JS.API.${rest}`, below: rest });
  return [
    api(`STREAM.INFO.KV_${bucket}`),
    api(`DIRECT.GET.KV_${bucket}.$KV.${bucket}.>`),
    api(`CONSUMER.CREATE.KV_${bucket}.>`),
    { kind: 'service', subject: `$KV.${bucket}.>`, below: `$KV.${bucket}.>` },
    { kind: 'stream', subject: `_INBOX.KV_${bucket}.>` },
  ];
}
