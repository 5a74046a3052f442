// Questions about a mirror or a source, in the original's order.
import { fail } from '#base/errors.ts';
import { formatRfc3339Nano, fromCivil } from '#base/time.ts';
import type { StreamSource } from '#client/jetstream/types.ts';
import type { Prompts } from '#term/prompts.ts';

const required = (text: string) => (text === '' ? 'an answer is needed' : undefined);
const whole = (text: string) => (/^\d+$/.test(text) ? undefined : 'a whole number is needed');

/** Asks how a stream is taken in. `kind` words the questions; `flag` is what would answer all of them. */
export async function askSource(prompts: Prompts, name: string, kind: 'mirror' | 'source'): Promise<StreamSource> {
  const flag = `--${kind} with a JSON document, or --defaults`;
  const source: StreamSource = { name };
  const quoted = kind === 'source' ? ` ${JSON.stringify(name)}` : '';
  const yes = (message: string) => prompts.confirm({ message, default: false, flag });
  const text = (message: string, check?: (t: string) => string | undefined) =>
    prompts.input({ message, flag, ...(check ? { validate: check } : {}) });
  const durable = await yes(`Configure a custom durable consumer${kind === 'source' ? ` for${quoted}` : ''}`);
  if (durable) {
    source.consumer = {
      name: await text('Durable consumer name', required),
      deliver_subject: await text('Delivery subject', required),
    };
  } else if (await yes(kind === 'mirror' ? 'Adjust mirror start' : `Adjust source${quoted} start`)) {
    const label = kind === 'mirror' ? 'Mirror' : `${name} Source`;
    const seq = await prompts.input({ message: `${label} Start Sequence`, default: '0', flag, validate: whole });
    if (BigInt(seq) > 0n) source.opt_start_seq = BigInt(seq);
    else {
      const time = await text(`${label} Start Time (YYYY:MM:DD HH:MM:SS)`);
      if (time !== '') source.opt_start_time = startTime(time);
    }
  }
  if (
    await yes(kind === 'mirror' ? 'Adjust mirror filter and transform' : `Adjust source${quoted} filter and transform`)
  ) {
    const transforms = await askTransforms(text, kind);
    if (transforms.length > 0) source.subject_transforms = transforms;
  }
  const external = await askExternal(yes, text, kind === 'mirror' ? 'mirror' : JSON.stringify(name), durable);
  return external ? { ...source, external } : source;
}

type Ask = (message: string, check?: (t: string) => string | undefined) => Promise<string>;

async function askTransforms(text: Ask, kind: string): Promise<{ src: string; dest: string }[]> {
  const transforms: { src: string; dest: string }[] = [];
  for (;;) {
    const src = await text(`Filter ${kind} by subject (hit enter to finish)`);
    if (src === '') return transforms;
    transforms.push({ src, dest: await text('Subject transform destination') });
  }
}

async function askExternal(yes: (m: string) => Promise<boolean>, text: Ask, what: string, durable: boolean) {
  if (await yes(`Import ${what} from a different JetStream domain`)) {
    const domain = await text('Foreign JetStream domain name', required);
    const deliver = durable ? '' : await text('Delivery prefix');
    return { api: `$JS.${domain}.API`, ...(deliver ? { deliver } : {}) };
  }
  if (!(await yes(`Import ${what} from a different account`))) return undefined;
  const api = await text('Foreign account API prefix', required);
  const deliver = durable ? '' : await text('Foreign account delivery prefix', required);
  return { api, ...(deliver ? { deliver } : {}) };
}

/** `2026:11:23 10:00:00` in UTC as RFC 3339. */
function startTime(text: string): string {
  const m = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (!m) throw fail('usage', `invalid time format: ${JSON.stringify(text)}`, { hint: 'write YYYY:MM:DD HH:MM:SS' });
  const [year, month, day, hour, minute, second] = m.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return formatRfc3339Nano(fromCivil({ year, month, day, hour, minute, second }));
}
