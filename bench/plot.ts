// Plots as SVG: bars on a logarithmic scale with a line at 1, and a tick where a bar wants to be.
export interface RatioBar {
  readonly label: string;
  readonly value: number;
  /** What was promised. */
  readonly bar?: number | undefined;
}

const LINE = 22;
const LEFT = 190;
const WIDTH = 420;
const LOW = 0.05;
const HIGH = 10;

function x(value: number): number {
  const share = Math.log(Math.min(HIGH, Math.max(LOW, value)) / LOW) / Math.log(HIGH / LOW);
  return Math.round(LEFT + share * WIDTH);
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A drawing of ratios, readable on light and dark pages. */
export function ratioPlot(title: string, bars: readonly RatioBar[]): string {
  const height = bars.length * LINE + 56;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 70} ${height}" font-family="sans-serif" font-size="12" fill="#777">`,
    `<title>${escaped(title)}</title>`,
    `<text x="8" y="18" font-size="14">${escaped(title)}</text>`,
  ];
  for (const tick of [0.1, 0.25, 0.5, 1, 2, 5]) {
    parts.push(`<path d="M${x(tick)} 28V${height - 20}" stroke="#999" stroke-width="${tick === 1 ? 2 : 0.5}"/>`);
    parts.push(`<text x="${x(tick)}" y="${height - 6}" text-anchor="middle">${tick}</text>`);
  }
  bars.forEach(({ label, value, bar }, i) => {
    const y = 34 + i * LINE;
    const [from, to] = [Math.min(x(1), x(value)), Math.max(x(1), x(value))];
    parts.push(`<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${escaped(label)}</text>`);
    parts.push(`<rect x="${from}" y="${y + 2}" width="${to - from}" height="13" fill="#3b82b0"/>`);
    parts.push(`<text x="${LEFT + WIDTH + 8}" y="${y + 12}">${value.toFixed(2)}</text>`);
    if (bar !== undefined) parts.push(`<path d="M${x(bar)} ${y}v17" stroke="#c2571a" stroke-width="2.5"/>`);
  });
  parts.push('</svg>', '');
  return parts.join('\n');
}
