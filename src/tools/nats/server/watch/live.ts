// A table of what servers send by themselves, drawn again every second.
import { fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';

/** What is watched. */
export interface Watched<T> {
  readonly subject: string;
  /** Ask the servers once, so that something is there before they send. */
  readonly ping?: boolean;
  /** Takes a message in. */
  take(message: T): void;
  /** The table of at most `rows` rows, and the same as data. */
  table(rows: number): Table;
  data(): readonly unknown[];
}

/** Lines of the screen that are no rows of the table. */
const frame = 9;

/** Shows the table until interrupted. As data, one list a second is written. Text needs a terminal. */
export async function watchTable<T>(runtime: Runtime, number: number, watched: Watched<T>): Promise<void> {
  const isText = runtime.contract.as === 'text' && runtime.contract.jq === undefined;
  const io = isText ? (await import('#runtime/term-io.ts')).systemTermIO(runtime) : undefined;
  if (isText && (!io || !runtime.terminal.isTTY)) {
    throw fail('usage', 'could not determine screen dimensions: inappropriate ioctl for device', {
      hint: 'run it on a terminal, or take the data: --as ndjson',
    });
  }
  const connection = await runtime.connect();
  const take = (text: string): void => {
    try {
      watched.take(parseJson(text) as T);
    } catch {
      // What cannot be read says nothing about the servers.
    }
  };
  connection.subscribe(watched.subject, { callback: (msg) => take(msg.string()) });
  if (watched.ping) {
    const inbox = connection.newInbox();
    connection.subscribe(inbox, { callback: (msg) => take(msg.string()) });
    connection.publish('$SYS.REQ.SERVER.PING', '{}', { reply: inbox });
  }
  const screen = io ? (await import('#term/screen.ts')).createScreen(io) : undefined;
  if (screen) runtime.onExit(() => screen.stop());
  const out = screen ? undefined : runtime.stream();
  while (!runtime.signal.aborted) {
    await runtime.clock.sleep(1000, runtime.signal).catch(() => undefined);
    if (runtime.signal.aborted) break;
    if (screen && io) {
      const room = io.size().rows - frame;
      const rows = number > 0 ? Math.min(number, room) : room;
      if (rows < 1) throw fail('usage', 'requested render limits exceed screen size');
      const text = await tableText(runtime, watched.table(rows));
      screen.draw({ lines: text.split('\n').map((ansi) => [{ ansi }]) });
    } else for (const row of watched.data()) out?.emit(row, () => '');
    await runtime.out.flush();
  }
  await out?.end();
}

/** The largest first, by `key`, then by name. */
export function largest<T>(items: Iterable<T>, key: (item: T) => number | bigint, name: (item: T) => string): T[] {
  return [...items].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x !== y) return x > y ? -1 : 1;
    return name(a) < name(b) ? -1 : 1;
  });
}

/** `5`, or `3 / 5` when not all are shown. */
export function countText(all: number, shown: number): string {
  return all > shown ? `${shown} / ${all}` : String(all);
}
