import type { HeadersInit, Payload } from '../types.ts';
import { type JetStream, readAnswer } from './api.ts';
import type { PubAck } from './types.ts';

/**
 * Publishes and waits for the stream's acknowledgement, of which `seen` gets the text. Throws JetStreamError when it was
 * refused.
 */
export async function publishAck(
  js: JetStream,
  subject: string,
  payload?: Payload,
  options: { headers?: HeadersInit; timeout?: number; seen?: (answer: string) => void } = {},
): Promise<PubAck> {
  const timeout = options.timeout ?? js.timeout;
  const msg = await js.connection.request(subject, payload, {
    ...(options.headers ? { headers: options.headers } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  });
  const ack = readAnswer<PubAck>(msg);
  options.seen?.(msg.string());
  return ack;
}
