/** Keys of a configuration about the log. */
import type { LogOptions, Mutable, ServerOptions } from '../options.ts';
import { NO_SYSLOG } from './flags.ts';
import { bool, int, text, wrong } from './reader.ts';
import type { ConfigToken } from './token.ts';

/** Readers that fill `log`, and what of it the core reads itself in `out`. */
export function logEntries(
  log: Mutable<LogOptions>,
  out: Mutable<ServerOptions>,
): Record<string, (t: ConfigToken) => void> {
  return {
    debug: (t) => {
      log.debug = bool(t);
    },
    trace: (t) => {
      log.trace = bool(t);
    },
    trace_verbose: (t) => {
      log.traceSystemAccount = log.trace = bool(t);
    },
    trace_headers: (t) => {
      out.traceHeadersOnly = log.trace = bool(t);
    },
    logtime: (t) => {
      log.time = bool(t);
    },
    logtime_utc: (t) => {
      log.utc = bool(t);
    },
    'logfile|log_file': (t) => {
      log.file = text(t);
    },
    'logfile_size_limit|log_size_limit': (t) => {
      log.sizeLimit = int(t);
    },
    'logfile_max_num|log_max_num': (t) => {
      log.maxFiles = int(t);
    },
    syslog: (t) => {
      if (bool(t)) throw wrong(t, NO_SYSLOG);
    },
    remote_syslog: (t) => {
      if (text(t) !== '') throw wrong(t, NO_SYSLOG);
    },
  };
}
