// `--graph`: the rate of each subject, once a second, on the terminal.
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { linePlot } from '#view/plot.ts';
import type { Options, Received } from './options.ts';
import type { View } from './view.ts';

/** Throws `usage` where nothing can be drawn. */
export function checkGraph(options: Options, runtime: Runtime): void {
  if (!runtime.out.isTTY) {
    throw fail('usage', 'failed to get terminal dimensions: stdout is no terminal', {
      hint: 'use --report-subjects, or --as ndjson, where there is no terminal',
    });
  }
  const { columns, rows } = runtime.terminal;
  if (columns < 20 || rows < 20) throw fail('usage', 'please increase terminal dimensions');
  if (options.subjects.length > 4) throw fail('usage', 'maximum 4 subject patterns may be graphed');
}

export function graphView(options: Options, runtime: Runtime): View {
  const counts = new Map(options.subjects.map((subject) => [subject, 0]));
  const rates = new Map<string, number[]>(options.subjects.map((subject) => [subject, []]));

  function draw(): void {
    // Asked for again each time, since the window may have changed.
    const { columns, rows } = runtime.terminal;
    const width = Math.max(10, columns - 10);
    const height = Math.max(2, Math.floor((rows - 6) / (options.subjects.length + 1)) - 1);
    let text = '\x1b[2J\x1b[H';
    for (const subject of options.subjects) {
      const series = [...(rates.get(subject) ?? []), counts.get(subject) ?? 0].slice(-width);
      rates.set(subject, series);
      counts.set(subject, 0);
      const padded = [...new Array<number>(width - series.length).fill(0), ...series];
      text += `${linePlot(padded, { width, height, lowerBound: 0, caption: `${subject} / second`, format: (n) => human(Math.round(n)) })}\n\n`;
    }
    runtime.out.write(text);
  }

  const timer = setInterval(draw, 1000);
  return {
    message: (message: Received) => {
      counts.set(message.subscription, (counts.get(message.subscription) ?? 0) + 1);
    },
    end: async () => {
      clearInterval(timer);
      await runtime.out.flush();
    },
  };
}
