import { stringifyJson } from '#base/json64.ts';

/** Data as text in a form. */
export function* renderAs(form: string, data: unknown): Generator<string> {
  if (form === 'ndjson' && Array.isArray(data)) for (const item of data) yield `${stringifyJson(item)}\n`;
  else if (form === 'ndjson') yield `${stringifyJson(data)}\n`;
  else yield `${stringifyJson(data, { indent: 2 })}\n`;
}

/** Items one after the other in a form. */
export function streamRenderer(
  _form: string,
  write: (chunk: string) => void,
): { item(data: unknown): void; end(): void } {
  return { item: (data) => write(`${stringifyJson(data)}\n`), end: () => undefined };
}
