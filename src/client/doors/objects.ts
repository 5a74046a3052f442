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
export { findObject, type PutOptions, putObject, readObject } from '../object-data.ts';
