import { quote } from '#base/quote.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { addTags, normalTag, removeTags } from '#crypto/lists.ts';
import type { Report } from './report.ts';

export const tagFlags = {
  tag: { type: 'strings', help: 'Tags to add' },
  'rm-tag': { type: 'strings', help: 'Tags to remove' },
} as const satisfies FlagSpecs;

/** Adds and removes tags, which are kept sorted and in lower case. */
export function editTags(
  tags: string[],
  edit: { readonly tag: readonly string[]; readonly 'rm-tag': readonly string[] },
  report: Report,
): void {
  addTags(tags, ...edit.tag);
  for (const tag of edit.tag) report.ok(`added tag ${quote(normalTag(tag))}`);
  for (const tag of edit['rm-tag']) {
    if (removeTags(tags, tag)) report.ok(`removed tag ${quote(normalTag(tag))}`);
    else report.warn(`there is no tag ${quote(normalTag(tag))}`);
  }
  tags.sort();
}
