import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { addTags, removeTags } from '#crypto/lists.ts';

/** Flags that name tags. */
export const tagFlags = {
  tags: { type: 'string', cumulative: true, help: 'Tag to put on it, in lower case' },
} as const satisfies FlagSpecs;

export const untagFlags = {
  'no-tags': { type: 'string', cumulative: true, help: 'Tag to take off it' },
} as const satisfies FlagSpecs;

/** Adds, then removes tags. Fails with usage for an empty one. */
export function editTags(tags: string[], add: readonly string[], remove: readonly string[] = []): void {
  if (add.some((tag) => tag.trim() === '')) throw fail('usage', 'string cannot be empty', { hint: 'name the tag' });
  addTags(tags, ...add);
  removeTags(tags, ...remove);
}
