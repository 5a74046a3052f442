// The output contract: the same answer as text, or as data in any form.
import type { Emitter, Runtime, View } from './runtime.ts';

type Form = 'text' | 'json' | 'ndjson' | 'csv' | 'tsv' | 'yaml' | 'md';

/** The form wanted: `--as` wins, `--jq` and `--fields` alone mean json. */
function formOf(runtime: Runtime, json: boolean): Form {
  const { contract, globals } = runtime;
  if (globals.isSet('as') || contract.as !== 'text') return contract.as as Form;
  if (contract.jq !== undefined || contract.fields !== undefined) return 'json';
  return json ? 'json' : 'text';
}

async function transforms(runtime: Runtime): Promise<(data: unknown) => unknown[]> {
  const { fields, jq } = runtime.contract;
  const steps: ((data: unknown) => Iterable<unknown>)[] = [];
  if (fields !== undefined) {
    const { checkFields, parseFields, projectRecord } = await import('#view/fields.ts');
    const { toJson } = await import('#base/json64.ts');
    const names = parseFields(fields);
    steps.push((data) => {
      const plain = toJson(data);
      const records = Array.isArray(plain) ? plain : [plain];
      checkFields(names, records);
      const kept = records.map((r) => projectRecord(r, names));
      return [Array.isArray(plain) ? kept : kept[0]];
    });
  }
  if (jq !== undefined) {
    const { compileJq } = await import('#base/jq/jq.ts');
    steps.push(compileJq(jq));
  }
  return (data) => steps.reduce<unknown[]>((all, step) => all.flatMap((d) => [...step(d)]), [data]);
}

/** Prints one answer. */
export async function showWith(runtime: Runtime, view: View, options?: { json?: boolean }): Promise<void> {
  const { out } = runtime;
  const form = formOf(runtime, options?.json === true);
  if (form === 'text') {
    const text = await view.text();
    if (typeof text === 'string') out.write(text === '' || text.endsWith('\n') ? text : text + '\n');
    else for (const piece of text) out.write(piece);
    await out.flush();
    return;
  }
  const { renderAs } = await import('#view/render.ts');
  const apply = await transforms(runtime);
  const tabular = form === 'csv' || form === 'tsv' || form === 'md';
  const data = tabular && view.rows && !runtime.contract.jq ? view.rows(view.data) : view.data;
  for (const value of apply(data)) for (const piece of renderAs(form, value)) out.write(piece);
  await out.flush();
}

/** Prints answers as they come. `--as json` gives one array, ndjson a line each, csv one header. */
export function streamWith<T>(runtime: Runtime, options?: { json?: boolean }): Emitter<T> {
  const form = formOf(runtime, false);
  const { out } = runtime;
  if (form === 'text' && options?.json !== true) {
    return {
      isText: true,
      emit: (_data, text) => out.write(text()),
      end: () => out.flush(),
    };
  }
  const lineForm = form === 'text' ? 'ndjson' : form;
  // The renderer is loaded once; what is emitted before it arrives waits in order.
  const queue: T[] = [];
  let write: ((data: T) => void) | undefined;
  let end: () => void = () => undefined;
  const ready = (async () => {
    const { streamRenderer } = await import('#view/render.ts');
    const renderer = streamRenderer(lineForm, (chunk) => out.write(chunk));
    const apply = await transforms(runtime);
    write = (data) => {
      for (const value of apply(data)) renderer.item(value);
    };
    end = () => renderer.end();
    for (const data of queue.splice(0)) write(data);
  })();
  return {
    isText: false,
    emit: (data) => {
      if (write) write(data);
      else queue.push(data);
    },
    end: async () => {
      await ready;
      end();
      await out.flush();
    },
  };
}
