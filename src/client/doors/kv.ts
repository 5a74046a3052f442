/** Key-value buckets over JetStream: `natsbox/client/kv` (ADR-8). */
export {
  type Bucket,
  bucketStreamConfig,
  createBucket,
  createValue,
  deleteBucket,
  deleteKey,
  getEntry,
  getValue,
  type KvEntry,
  type KvOperation,
  openBucket,
  purgeKey,
  putValue,
  updateBucket,
  updateValue,
} from '../kv.ts';
export { compactBucket, currentEntries, readKeys, type WatchOptions, watchBucket } from '../kv-read.ts';
