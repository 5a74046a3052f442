/** Publishes what was traced of a message. Loaded with the first one. */
import { gzipSync } from 'node:zlib';
import { jsonBytes, timeText } from '../accounts/info.ts';
import { makeFrame } from '../core/frame.ts';
import { inject } from '../core/publish.ts';
import { bytesOf, toBinary } from '../core/text.ts';
import type { Trace } from '../core/trace.ts';
import type { Running } from '../running.ts';
import { serverInfo } from './identity.ts';
import { speaker } from './tell.ts';

/** The encoding to answer with: gzip, or what says that the body is plain although another one was asked for. */
function encodingFor(asked: string): '' | 'gzip' | 'identity' {
  if (asked === '') return '';
  return /gzip/i.test(asked) ? 'gzip' : 'identity';
}

/** Sends the event of one server, which is all there are. */
export function publishTrace(run: Running, t: Trace): void {
  const header = Object.fromEntries(Object.entries(t.header).sort(([a], [b]) => (a < b ? -1 : 1)));
  const event = {
    server: serverInfo(run),
    request: { header, msgsize: t.size || undefined },
    events: t.steps.map((s) => ({ ...s, ts: timeText(s.ts) })),
  };
  const encoding = encodingFor(t.header['Accept-Encoding']?.[0] ?? '');
  const plain = jsonBytes(event);
  const body = encoding === 'gzip' ? gzipSync(plain) : plain;
  const head = encoding === '' ? null : bytesOf(`NATS/1.0\r\nContent-Encoding: ${encoding}\r\n\r\n`);
  const frame = head === null ? makeFrame('', -1, body) : makeFrame('', head.length, Buffer.concat([head, body]));
  inject(speaker(run, t.account), t.account, toBinary(t.dest), frame);
  run.srv.flush();
}
