/** Log lines in the form of nats-server: `[pid] 2006/01/02 15:04:05.000000 [INF] text`. */
import { localOffset } from '#base/zone.ts';
import type { LogLevel } from '../core/types.ts';

const LABELS: Record<LogLevel, string> = {
  info: 'INF',
  warn: 'WRN',
  error: 'ERR',
  fatal: 'FTL',
  debug: 'DBG',
  trace: 'TRC',
};

/** SGR codes of the labels on a terminal. */
const COLORS: Record<LogLevel, string> = {
  info: '32',
  debug: '36',
  warn: '0;93',
  error: '31',
  fatal: '31',
  trace: '33',
};

export interface LineStyle {
  readonly pid: number;
  readonly time: boolean;
  readonly utc: boolean;
  readonly colors: boolean;
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

/** Date and time with microseconds; `us` counts them since the epoch. */
export function stamp(us: number, utc: boolean): string {
  // The runtime's own local time is only right after it has loaded its calendar, which takes longer than to start.
  const seconds = Math.floor(us / 1_000_000);
  const d = new Date((utc ? seconds : seconds + localOffset(seconds)) * 1000);
  const day = `${d.getUTCFullYear()}/${two(d.getUTCMonth() + 1)}/${two(d.getUTCDate())}`;
  const time = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return `${day} ${time}.${String(us % 1_000_000).padStart(6, '0')}`;
}

/** One line, without its end. Control characters in the text are shown, not sent. */
export function formatLine(level: LogLevel, text: string, us: number, style: LineStyle): string {
  const label = style.colors ? `[\x1b[${COLORS[level]}m${LABELS[level]}\x1b[0m]` : `[${LABELS[level]}]`;
  const time = style.time ? `${stamp(us, style.utc)} ` : '';
  return `[${style.pid}] ${time}${label} ${clean(text)}`;
}

function clean(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
