/** Object buckets over JetStream: `natsbox/client/objects` (ADR-20). */
export {
  createObjectBucket,
  deleteObject,
  deleteObjectBucket,
  getObjectInfo,
  listObjects,
  type ObjectBucket,
  type ObjectInfo,
  objectStreamConfig,
  openObjectBucket,
  sealObjectBucket,
  updateObjectBucket,
  type WatchObjectsOptions,
  watchObjects,
} from '../object.ts';
export { type PutOptions, putObject } from '../object-data.ts';
export { findObject, readObject } from '../object-read.ts';
