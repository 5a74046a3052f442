import { stringifyJson } from '#base/json64.ts';

/** JSON in the original's layout: one blank per level, keys in their order unless `sortKeys`, a newline at the end. */
export function goJson(
  value: unknown,
  options: { readonly sortKeys?: boolean; readonly escapeHtml?: boolean } = {},
): string {
  return `${stringifyJson(value, { indent: 1, ...options })}\n`;
}
