import { formatDuration, humanDuration } from '#base/duration.ts';
import { goFloat, toFixedEven } from '#base/fixed.ts';
import { humanBytes } from '#base/size.ts';
import { paint, type Style, type TerminalFacts } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { textWidth, truncate } from '#base/width.ts';

/** How far some work is; what a progress line shows. */
export interface ProgressState {
  readonly value: number;
  /** Undefined when nobody knows. */
  readonly total: number | undefined;
  readonly unit: 'count' | 'bytes';
  /** Since the start, in milliseconds. */
  readonly elapsed: number;
  readonly label?: string;
  /** Counts up with every drawing; turns the spinner. */
  readonly tick?: number;
}

const scales = [
  [1e15, 'Q'],
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** A count as the original's progress bars show it: `504`, `2.01K`, `1.50M`. */
export function shortCount(value: number): string {
  for (const [size, name] of scales) if (value >= size) return `${toFixedEven(value / size, 2)}${name}`;
  return goFloat(Math.trunc(value), 21);
}

function amount(value: number, unit: ProgressState['unit']): string {
  return unit === 'bytes' ? humanBytes(value) : shortCount(value);
}

/** Units per second, 0 before any time has passed. */
export function rateOf(state: ProgressState): number {
  return state.elapsed > 0 ? (state.value * 1000) / state.elapsed : 0;
}

/** Milliseconds that are left at the rate so far; undefined when that cannot be said. */
export function remainingOf(state: ProgressState): number | undefined {
  const rate = rateOf(state);
  if (state.total === undefined || rate <= 0 || state.value > state.total) return undefined;
  return ((state.total - state.value) * 1000) / rate;
}

/** `[504 in 250ms; 2.01K/s; 2s left]`. */
export function progressNumbers(state: ProgressState): string {
  const elapsed = formatDuration(BigInt(Math.round(state.elapsed)) * 1_000_000n);
  const left = remainingOf(state);
  const eta =
    left !== undefined && left >= 1000
      ? `; ${humanDuration(BigInt(Math.ceil(left / 1000)) * 1_000_000_000n).replace(/\.00s$/, 's')} left`
      : '';
  return `[${amount(state.value, state.unit)} in ${elapsed}; ${amount(Math.trunc(rateOf(state)), state.unit)}/s${eta}]`;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const plainSpinner = ['|', '/', '-', '\\'];

/**
 * One line of progress, at most as wide as the window less one cell: `label 33.60% ║████▓░░░║ [504 in 250ms; 2.01K/s]`; with
 * an unknown total a spinner in place of the bar. What does not fit goes: first the bar, then the label, then the numbers.
 */
export function progressLine(state: ProgressState, facts: TerminalFacts, style: Style = ''): string {
  const room = Math.max(1, facts.columns - 1);
  const numbers = progressNumbers(state);
  const label = state.label ? `${visibleLine(state.label)} ` : '';
  if (state.total === undefined || state.total <= 0 || state.value > state.total) {
    const wheel = facts.unicode ? spinner : plainSpinner;
    return truncate(`${paint(wheel[(state.tick ?? 0) % wheel.length] ?? '', style, facts)} ${label}${numbers}`, room);
  }
  const share = state.value / state.total;
  const percent = `${toFixedEven(share * 100, 2)}%`;
  const bar = Math.min(40, room - textWidth(label) - percent.length - numbers.length - 4);
  if (bar >= 5) return `${label}${percent} ${paint(drawBar(share, bar, facts.unicode), style, facts)} ${numbers}`;
  const short = `${label}${percent} ${numbers}`;
  if (textWidth(short) <= room) return short;
  return truncate(`${percent} ${numbers}`, room);
}

function drawBar(share: number, width: number, unicode: boolean): string {
  const exact = share * width;
  const full = Math.floor(exact);
  if (!unicode) return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
  const part = exact - full;
  const edge = part >= 0.75 ? '▓' : part >= 0.5 ? '▒' : part > 0 ? '░' : '';
  return `║${'█'.repeat(full)}${edge}${'░'.repeat(width - full - edge.length)}║`;
}
