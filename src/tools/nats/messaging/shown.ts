// Headers, filters and forms of messages that were received.
import { visibleLine } from '#base/visible.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { Msg } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import { codecs } from './records.ts';

/** Flags of the commands that show messages, beyond those of the original. */
export const shownFlags = {
  codec: {
    type: 'enum',
    enum: codecs,
    placeholder: 'FORM',
    help: 'Show bodies as text, indented JSON, a hex dump or base64',
    ours: true,
  },
  where: {
    type: 'string',
    placeholder: 'EXPRESSION',
    help: 'Only messages for which this is true: body.total > 10 and headers.Kind == "new"',
    ours: true,
  },
} as const satisfies FlagSpecs;

/** `Name: value` for every header, safe for the terminal they may go to. */
export function headerLines(runtime: Runtime, headers: MsgHeaders | undefined): string[] {
  const lines = headers?.entries().map(([name, value]) => `${name}: ${value}`) ?? [];
  return runtime.out.isTTY || runtime.err.isTTY ? lines.map(visibleLine) : lines;
}

/** Whether a message is the server's word that nobody listens (status 503, no body). */
export function isNoResponders(msg: Msg): boolean {
  return msg.data.length === 0 && msg.headers?.code === 503;
}
