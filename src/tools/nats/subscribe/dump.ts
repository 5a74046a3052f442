// `--dump`: every message as a JSON document, in a file of its own or with a NUL behind it.
import { fail, messageOf } from '#base/errors.ts';
import { byCodePoint, stringifyJson } from '#base/json64.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { translateBody } from '../messaging/body.ts';
import type { Options, Received } from './options.ts';
import type { PairView } from './view.ts';

/** Files hold what others wrote: for nobody else. */
const FILE = 0o600;
const FOLDER = 0o700;

export async function dumpView(options: Options, runtime: Runtime): Promise<PairView> {
  const folder = options.dump === '-' ? undefined : options.dump;
  if (folder !== undefined) await runtime.files.mkdir(folder, FOLDER);

  async function write(message: Received, n: number, suffix: string): Promise<void> {
    let data: Uint8Array;
    try {
      data = await translateBody(runtime, message.data, { translate: options.translate, subject: message.subject });
    } catch (error) {
      runtime.log(`Error while translating msg body: ${messageOf(error)}`);
      return;
    }
    const text = dumpText(message, data);
    if (folder === undefined) {
      runtime.out.write(`${text}\0`);
      return;
    }
    // The name is a number, never anything a sender can choose.
    const name = message.delivery?.streamSeq ?? n;
    await runtime.files.write(`${folder}/${name}${suffix}.json`, text, FILE).catch((error: unknown) => {
      throw fail('error', `could not save message: ${messageOf(error)}`, { reason: error });
    });
    if (n % 100 === 0) runtime.out.write('.');
  }

  return {
    message: (message, n) => write(message, n, ''),
    pair: async (request, reply, n) => {
      await write(request, n, '');
      await write(reply, n, '_reply');
    },
    end: () => runtime.out.flush(),
  };
}

/** A message as Go's JSON encoder writes it. */
export function dumpText(message: Received, data: Uint8Array): string {
  const headers = message.headers?.toRecord();
  const names = Object.keys(headers ?? {}).sort(byCodePoint);
  return stringifyJson({
    Subject: message.subject,
    Reply: message.reply ?? '',
    Header: names.length > 0 ? Object.fromEntries(names.map((name) => [name, headers?.[name]])) : null,
    Data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    Sub: null,
  });
}
