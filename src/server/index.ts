export type { Client, Clock, Logger, LogLevel } from './core/types.ts';
export type { InProcessSocket } from './net/in-process.ts';
export type { AuthOptions, ServerOptions } from './options.ts';
export { createServer, type Server, type ServerStats } from './server.ts';
