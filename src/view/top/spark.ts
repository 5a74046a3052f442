// The last figures as a row of small bars.

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * The last `width` values as bars, the newest at the right; the largest of them is the highest. Zero is the lowest bar,
 * and no value at all a blank.
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(...shown, 0);
  const bar = (value: number): string => {
    if (most === 0 || value <= 0) return bars[0] as string;
    return bars[Math.min(bars.length - 1, Math.ceil((value / most) * (bars.length - 1)))] as string;
  };
  return shown.map(bar).join('').padStart(width);
}
