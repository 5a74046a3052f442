/** Calls `make` at the first use and keeps what it gave. A regular expression is work even when nobody asks it anything. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
