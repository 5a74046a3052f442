import type { HeadersInit, Payload } from '../types.ts';
import { type JetStream, readAnswer } from './api.ts';
import type { PubAck } from './types.ts';

/** Publishes and waits for the stream's acknowledgement. Throws JetStreamError when it was refused. */
export async function publishAck(
  js: JetStream,
  subject: string,
  payload?: Payload,
  options: { headers?: HeadersInit; timeout?: number } = {},
): Promise<PubAck> {
  const timeout = options.timeout ?? js.timeout;
  const msg = await js.connection.request(subject, payload, {
    ...(options.headers ? { headers: options.headers } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  });
  return readAnswer<PubAck>(msg);
}
