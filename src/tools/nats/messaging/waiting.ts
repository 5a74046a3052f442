import type { Connection } from '#client/types.ts';

/** Resolves when the signal is aborted; never rejects. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A promise and the function that resolves it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until the server knows of the subscriptions; throws when it refuses one. */
export async function confirm(connection: Connection): Promise<void> {
  await connection.flush();
  if (connection.lastError) throw connection.lastError;
}
