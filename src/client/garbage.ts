// Bytes that are left to the collector. They lie outside of its heap, so that it does not see how many they are.

let watcher: ((bytes: number) => void) | undefined;

/** Sets what is told of such bytes; for the whole process. */
export function watchGarbage(tell: (bytes: number) => void): void {
  watcher = tell;
}

/** So many bytes were copied, or read, that nobody frees. */
export function leave(bytes: number): void {
  watcher?.(bytes);
}
