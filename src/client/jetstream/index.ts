/** JetStream over a connection of `natsbox/client`: streams, consumers, messages, backups. */
export { accountInfo, type JetStream, JetStreamError, type JetStreamOptions, jetStream } from './api.ts';
export {
  consumerInfo,
  consumerNames,
  consumerStepDown,
  createConsumer,
  deleteConsumer,
  listConsumers,
  type PauseAnswer,
  pauseConsumer,
  resetConsumer,
  unpinConsumer,
} from './consumers.ts';
export { AckSubject, DeliveredMessage, type Delivery, parseDelivery } from './delivery.ts';
export { type BatchQuery, DirectMessage, directGetBatches } from './direct.ts';
export {
  directGet,
  type GetQuery,
  getMessage,
  type StoredMessage,
} from './messages.ts';
export { type OrderedOptions, type OrderedTaker, readOrdered } from './ordered.ts';
export { orderedMessages } from './ordered-messages.ts';
export { publishAck } from './publish.ts';
export { ack, type PullEnd, type PullOptions, pull, readPulled, verdict } from './pull.ts';
export { type ReadOptions, readStream, readStreamBatches } from './read.ts';
export {
  type ChunkSink,
  type RestoreOptions,
  restoreSnapshot,
  type SnapshotFacts,
  type SnapshotOptions,
  type Transferred,
  takeSnapshot,
} from './snapshot.ts';
export {
  createStream,
  deleteMessage,
  deleteStream,
  evacuateStreamPeer,
  type InfoOptions,
  listStreams,
  type PurgeOptions,
  purgeStream,
  removeStreamPeer,
  streamInfo,
  streamNames,
  streamStepDown,
  updateStream,
} from './streams.ts';
export type * from './types.ts';
