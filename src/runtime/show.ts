// The output contract: the same answer as text, or as data in any form.
import type { DataFormat } from '#view/render.ts';
import type { Emitter, Runtime, View } from './runtime.ts';

/** `classic`: the JSON of the original's --json, laid out and escaped as Go does. */
type Form = 'text' | 'classic' | DataFormat;

/** The form wanted: `--as` wins, `--jq` and `--fields` alone mean json. */
function formOf(runtime: Runtime, json: boolean): Form {
  const { contract, globals } = runtime;
  if (globals.isSet('as') || contract.as !== 'text') return contract.as as Form;
  if (contract.jq !== undefined || contract.fields !== undefined) return 'json';
  return json ? 'classic' : 'text';
}

type Transform = (data: unknown) => Iterable<unknown>;

/** The --jq filter; without one, data passes as it is. */
async function filterOf(runtime: Runtime): Promise<Transform> {
  const { jq } = runtime.contract;
  if (jq === undefined) return (data) => [data];
  const { compileJq } = await import('#base/jq/jq.ts');
  const { toJson } = await import('#base/json64.ts');
  const filter = compileJq(jq);
  return (data) => filter(toJson(data));
}

async function fieldsOf(runtime: Runtime): Promise<readonly string[] | undefined> {
  const { fields } = runtime.contract;
  if (fields === undefined) return undefined;
  return (await import('#view/fields.ts')).parseFields(fields);
}

/** Prints one answer. */
export async function showWith(runtime: Runtime, view: View, options?: { json?: boolean }): Promise<void> {
  const { out } = runtime;
  const form = formOf(runtime, options?.json === true);
  if (form === 'text') {
    const text = await view.text();
    if (typeof text === 'string') out.write(text === '' || text.endsWith('\n') ? text : text + '\n');
    else for (const piece of text) out.write(piece);
  } else {
    const { stringifyJson, toJson } = await import('#base/json64.ts');
    if (form === 'classic') out.line(stringifyJson(view.data, { indent: 2 }));
    else await showData(runtime, form, view, toJson);
  }
  await out.flush();
}

async function showData(
  runtime: Runtime,
  form: DataFormat,
  view: View,
  toJson: (value: unknown) => import('#base/json64.ts').Json,
): Promise<void> {
  const { renderAs } = await import('#view/render.ts');
  const filter = await filterOf(runtime);
  const fields = await fieldsOf(runtime);
  const tabular = form === 'csv' || form === 'tsv' || form === 'md';
  const data = tabular && view.rows && runtime.contract.jq === undefined ? view.rows(view.data) : view.data;
  const facts = runtime.out.isTTY ? runtime.terminal : undefined;
  for (const value of filter(data)) {
    for (const piece of renderAs(form, toJson(value), { fields, facts })) runtime.out.write(piece);
  }
}

/** Prints answers as they come. `--as json` gives one array, ndjson a line each, csv one header. */
export function streamWith<T>(runtime: Runtime, options?: { json?: boolean; columns?: readonly string[] }): Emitter<T> {
  const form = formOf(runtime, options?.json === true);
  const { out } = runtime;
  if (form === 'text') {
    const ready = Promise.resolve();
    return { isText: true, ready, emit: (_data, text) => out.write(text()), end: () => out.flush() };
  }
  // The renderer is loaded once; what is emitted before it arrives waits in order.
  const queue: T[] = [];
  let write: ((data: T) => void) | undefined;
  let end = (): string => '';
  const ready = (async () => {
    const [{ recordWriter }, { toJson }] = await Promise.all([import('#view/render.ts'), import('#base/json64.ts')]);
    const filter = await filterOf(runtime);
    const fields = await fieldsOf(runtime);
    const facts = out.isTTY ? runtime.terminal : undefined;
    // A filter makes records of its own; what has columns also has no end, so that each record goes out as it comes.
    const live = options?.columns !== undefined;
    const columns = runtime.contract.jq === undefined ? options?.columns : undefined;
    const writer = recordWriter(form === 'classic' ? 'ndjson' : form, { fields, facts, live, columns });
    // Without a filter the writer takes the data as it is.
    write =
      runtime.contract.jq === undefined
        ? (data) => out.write(writer.push(data))
        : (data) => {
            for (const value of filter(data)) out.write(writer.push(toJson(value)));
          };
    end = () => writer.end();
    for (const data of queue.splice(0)) write(data);
  })();
  ready.catch(() => undefined);
  return {
    isText: false,
    ready,
    emit: (data) => {
      if (write) write(data);
      else queue.push(data);
    },
    end: async () => {
      await ready;
      out.write(end());
      await out.flush();
    },
  };
}
