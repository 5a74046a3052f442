import { fail, messageOf } from '#base/errors.ts';
import { human } from '#base/human.ts';
import { arr, num, obj, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { type Comparison, compareResults, type Saved, worst } from './comparison.ts';

/** `nats bench compare` */
export const command = defineCommand({
  name: 'compare',
  ours: true,
  help: 'Compare two results that were written with --as json\n\nWith --gate the command fails when a rate fell, or a latency rose, by more than so many percent.',
  args: {
    before: { type: 'existing-file', required: true, help: 'The result to compare with' },
    after: { type: 'existing-file', required: true, help: 'The result to judge' },
  },
  flags: {
    gate: { type: 'string', help: 'Most percent by which a figure may be worse, such as 5%' },
  },
  tags: { scope: 'local', impact: 'ro' },
  examples: ['nats bench pub test --as json > before.json', 'nats bench compare before.json after.json --gate 10%'],
  output: record({
    benchmark: str,
    figures: arr(obj({ name: str, before: num, after: num, change_percent: num, worse_percent: num })),
    notes: arr(str),
  }),
  async run({ args, flags }, runtime) {
    const gate = flags.gate === undefined ? undefined : percentOf(flags.gate);
    const [before, after] = [await load(runtime, args.before), await load(runtime, args.after)];
    const compared = compareResults(before, after);
    await runtime.show({ data: compared, text: () => text(runtime, compared) });
    const bad = worst(compared);
    if (gate === undefined || bad === undefined || bad.worse_percent <= gate) return;
    throw fail('check-failed', `${bad.name} is ${bad.worse_percent.toFixed(1)}% worse, the gate is ${gate}%`, {
      hint: 'measure both again in turn before you trust one pair of runs',
    });
  },
});

function percentOf(word: string): number {
  const value = /^\d+(\.\d+)?%?$/.test(word) ? Number.parseFloat(word) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw fail('usage', `--gate: ${JSON.stringify(word)} is no percentage`, { hint: 'write it as 5%' });
}

async function load(runtime: Runtime, path: string): Promise<Saved> {
  const broken = (why: string) =>
    fail('usage', `${path} holds no result: ${why}`, { hint: 'write one with: nats bench pub test --as json > FILE' });
  try {
    const found = JSON.parse(await runtime.files.readText(path)) as Saved;
    if (typeof found.benchmark === 'string' && found.total) return found;
  } catch (error) {
    throw broken(messageOf(error));
  }
  throw broken('no totals');
}

async function text(runtime: Runtime, { benchmark, figures, notes }: Comparison): Promise<string> {
  const rows = figures.map((f) => [
    f.name,
    human(f.before),
    human(f.after),
    `${f.change_percent >= 0 ? '+' : ''}${f.change_percent.toFixed(1)}%`,
    f.worse_percent > 0 ? 'worse' : f.worse_percent < 0 ? 'better' : 'same',
  ]);
  const table = { title: `Benchmark ${benchmark}`, headers: ['Figure', 'Before', 'After', 'Change', ''], rows };
  return `${await tableText(runtime, table)}${notes.map((n) => `${n}\n`).join('')}`;
}
