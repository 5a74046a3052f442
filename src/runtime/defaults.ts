// What holds for every connection of the tools unless somebody says otherwise.
import type { ConnectOptions } from '#client/types.ts';

/** Where a server is when nobody says where. */
export const defaultServer = 'nats://127.0.0.1:4222';

/** A tool that watches goes on until its user stops it, whatever happens to the servers. Times are milliseconds. */
export const steadyClient = {
  timeout: 5000,
  // That of the original, whatever --timeout says of answers: one dead server of a list must not eat the time of all.
  connectTimeout: 2000,
  reconnect: true,
  maxReconnects: -1,
  reconnectWait: 500,
  ignoreAuthErrorAbort: true,
} as const satisfies ConnectOptions;
