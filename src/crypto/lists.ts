/** Adds texts a list does not hold yet; empty ones are skipped. Returns whether the list changed. */
export function addTo(list: string[], ...texts: readonly string[]): boolean {
  const before = list.length;
  for (const text of texts) if (text !== '' && !list.includes(text)) list.push(text);
  return list.length !== before;
}

/** Removes texts from a list; returns whether it changed. */
export function removeFrom(list: string[], ...texts: readonly string[]): boolean {
  const before = list.length;
  for (const text of texts) {
    const at = list.indexOf(text);
    if (at >= 0) list.splice(at, 1);
  }
  return list.length !== before;
}

/** How tags, source networks and other case-blind lists keep their entries: trimmed, lower case. */
export function normalTag(tag: string): string {
  return tag.trim().toLowerCase();
}

/** addTo for tags and source networks. */
export function addTags(list: string[], ...tags: readonly string[]): boolean {
  return addTo(list, ...tags.map(normalTag));
}

/** removeFrom for tags and source networks. */
export function removeTags(list: string[], ...tags: readonly string[]): boolean {
  return removeFrom(list, ...tags.map(normalTag));
}
