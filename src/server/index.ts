export { type ConfigSource, loadConfig } from './config/door.ts';
export { type FlagOptions, type FlagRecord, mergeOptions, optionsFromFlags } from './config/flags.ts';
export type { LoadedConfig } from './config/load.ts';
export { type Problem, problemLine } from './config/reader.ts';
export type { Client, Clock, Logger, LogLevel } from './core/types.ts';
export { type Daemon, type DaemonSignal, type DaemonWorld, startDaemon } from './daemon.ts';
export type { InProcessSocket } from './net/in-process.ts';
export type { AuthOptions, ServerOptions } from './options.ts';
export { createServer, type Server, type ServerStats } from './server.ts';
