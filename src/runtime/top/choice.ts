import { fail } from '#base/errors.ts';
import { columnIds, readChoice } from '#view/top/columns.ts';
import type { PageId } from '#view/top/page-ids.ts';

/** The columns a flag asks for. Throws `usage` for those the page does not have. */
export function columnChoice(page: PageId, text: string | undefined): readonly string[] {
  const known = columnIds(page);
  const { choice, unknown } = readChoice(text ?? '', known);
  if (unknown.length > 0)
    throw fail('usage', `no such column: ${unknown.join(', ')}`, { hint: `${page} has ${known.join(', ')}` });
  return choice;
}
