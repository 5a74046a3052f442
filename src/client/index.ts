/** The NATS client: `natsbox/client`. */
export { BoxError, type Cause } from '#base/errors.ts';
export { nuid } from '#base/nuid.ts';
export type { Frame } from '#wire/frame.ts';
export { MsgHeaders } from '#wire/headers.ts';
export type { ServerInfo } from '#wire/info.ts';
export { encodePublish } from '#wire/writer.ts';
export { connect } from './connect.ts';
export type * from './types.ts';
