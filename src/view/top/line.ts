import type { Style } from '#base/terminal.ts';

/** A part of a line, fit for the screen of the term floor: texts are shown, never obeyed. */
export type TopSpan = string | { readonly text: string; readonly style: Style };
/** A line of the picture. */
export type TopLine = string | readonly TopSpan[];
