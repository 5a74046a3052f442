// `--report-subjects` and `--report-subscriptions`: who is busy, once a second.
import { human } from '#base/human.ts';
import { byCodePoint } from '#base/json64.ts';
import { humanBytes } from '#base/size.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import type { Options, Received } from './options.ts';
import type { View } from './view.ts';

interface Busy {
  readonly subject: string;
  count: number;
  bytes: number;
}

const PERIOD = 1000;

export async function reportView(options: Options, runtime: Runtime): Promise<View> {
  const seen = new Map<string, Busy>();
  const emitter = runtime.stream<Busy>();
  await emitter.ready;
  let changed = false;

  async function draw(): Promise<void> {
    if (!changed) return;
    changed = false;
    const { out } = runtime;
    const table = await tableText(runtime, reportTable([...seen.values()], options.top));
    out.write(out.isTTY ? `\x1b[2J\x1b[H${table}\n` : `${table}\n`);
    await out.flush();
  }

  // One drawing at a time: a slow reader must not pile them up.
  let drawing = Promise.resolve();
  const timer = emitter.isText
    ? setInterval(() => {
        drawing = drawing.then(draw);
      }, PERIOD)
    : undefined;

  return {
    message: (message: Received) => {
      const subject = options.report === 'subscriptions' ? message.subscription : message.subject;
      let busy = seen.get(subject);
      if (!busy) seen.set(subject, (busy = { subject, count: 0, bytes: 0 }));
      busy.count++;
      busy.bytes += message.data.length;
      changed = true;
    },
    end: async () => {
      clearInterval(timer);
      await drawing;
      if (emitter.isText) await draw();
      else for (const busy of busiest([...seen.values()])) emitter.emit(busy, () => '');
      await emitter.end();
    },
  };
}

/** The most messages first, then by name. */
function busiest(all: readonly Busy[]): Busy[] {
  return [...all].sort((a, b) => b.count - a.count || byCodePoint(a.subject, b.subject));
}

/** The busiest subjects as a table. The sums are those of the rows. */
export function reportTable(all: readonly Busy[], top: number) {
  const shown = busiest(all).slice(0, top);
  const sum = (pick: (busy: Busy) => number) => shown.reduce((total, busy) => total + pick(busy), 0);
  return {
    title: top === 1 ? 'Top Subject Report' : `Top ${top} Active Subjects Report`,
    headers: ['Subject', 'Message Count', 'Bytes'],
    rows: shown.map((busy) => [busy.subject, human(busy.count), humanBytes(busy.bytes)]),
    footer: ['Totals', human(sum((b) => b.count)), humanBytes(sum((b) => b.bytes))],
  };
}
