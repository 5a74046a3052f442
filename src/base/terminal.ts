/**
 * What is known about the output a text goes to. The runtime fills it in; everything that draws takes it as a parameter.
 */
export interface TerminalFacts {
  readonly isTTY: boolean;
  /** Width in cells; 80 when unknown. */
  readonly columns: number;
  /** Height in cells; 24 when unknown. */
  readonly rows: number;
  /** Colours the output takes; 0 for none (not a terminal, NO_COLOR, TERM=dumb). */
  readonly color: 0 | 1 | 256 | 'truecolor';
  /** Whether box drawing and other characters beyond ASCII can be shown. */
  readonly unicode: boolean;
}

/** A file or a pipe: no colours, and nothing is ever cut or wrapped. */
export const plainOutput: TerminalFacts = { isTTY: false, columns: 80, rows: 24, color: 0, unicode: true };

const sgr = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  inverse: 7,
  black: 30,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  white: 37,
  gray: 90,
} as const;

export type StyleName = keyof typeof sgr;
/** One or more names joined by blanks: `bold`, `green bold`. The empty string means no style. */
export type Style = StyleName | '' | `${StyleName} ${StyleName}`;

/** `text` in the given style, or unchanged where the output takes no colours. Empty text stays empty. */
export function paint(text: string, style: Style, facts: Pick<TerminalFacts, 'color'>): string {
  if (facts.color === 0 || style === '' || text === '') return text;
  const codes = style.split(' ').map((name) => sgr[name as StyleName]);
  return `\x1b[${codes.join(';')}m${text}\x1b[0m`;
}
