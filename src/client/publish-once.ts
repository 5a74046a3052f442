import { emptyBytes } from '#wire/bytes.ts';
import { encodePublish } from '#wire/writer.ts';
import { sendable } from './checks.ts';
import { errors } from './errors.ts';
import { establish, type Opening } from './handshake.ts';
import { createPool } from './pool.ts';
import { firstServer } from './reconnect.ts';
import { settingsOf } from './settings.ts';
import type { ConnectOptions } from './types.ts';

/**
 * Publishes one message to the first server that takes us and resolves when the server has it: CONNECT, the message and
 * PING leave together, one round trip instead of two, and nothing that keeps a connection alive is made. Rejects as
 * `connect` and `publish` do, and with `denied` where the server does not allow the subject.
 */
export async function publishOnce(options: ConnectOptions, subject: string, payload: Uint8Array): Promise<void> {
  const settings = settingsOf(options);
  const opening: Opening = {
    refused: undefined,
    frame: (info) => {
      if (!sendable(subject)) opening.refused = errors.badSubject(subject);
      else if (info.max_payload > 0 && payload.length > info.max_payload) {
        opening.refused = errors.maxPayload(payload.length, info.max_payload);
      }
      return opening.refused ? emptyBytes : encodePublish(subject, payload);
    },
  };
  const pool = createPool(settings.urls, options);
  const { link } = await firstServer(pool, (server) => establish(server, settings, undefined, opening));
  link.end();
  if (opening.refused) throw opening.refused;
}
