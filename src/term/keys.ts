/** One key press, or one paste. */
export interface Key {
  /**
   * `up down left right home end pageup pagedown insert delete backspace enter tab escape space f1`..`f12`,
   * the character itself for printable keys, `a`..`z` with `ctrl` for control keys, `paste` for a bracketed paste,
   * `unknown` for a sequence nobody needs (mouse, focus, reports).
   */
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** What the key inserts: the printable character, or the whole pasted text (it may hold line breaks). Else empty. */
  readonly text: string;
}

/** Turns bytes into keys, whatever pieces they come in. */
export interface KeyDecoder {
  /** Decodes what is complete in the bytes seen so far. */
  push(bytes: Uint8Array): Key[];
  /** True after a lone escape (or half a sequence): it may be the escape key, or the start of more. */
  readonly pending: boolean;
  /** Takes what is pending at its face value: a lone escape is the escape key. Call it after a pause, and at the end. */
  flush(): Key[];
}

/** A paste is cut off here (UTF-16 units), so that input cannot grow without bound. */
const maxPaste = 1 << 20;

const letters: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'tab',
};

const tildes: Record<string, string> = {
  '1': 'home',
  '2': 'insert',
  '3': 'delete',
  '4': 'end',
  '5': 'pageup',
  '6': 'pagedown',
  '7': 'home',
  '8': 'end',
  '11': 'f1',
  '12': 'f2',
  '13': 'f3',
  '14': 'f4',
  '15': 'f5',
  '17': 'f6',
  '18': 'f7',
  '19': 'f8',
  '20': 'f9',
  '21': 'f10',
  '23': 'f11',
  '24': 'f12',
};

const controls: Record<string, string> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x08': 'backspace',
  '\x7f': 'backspace',
  '\x1b': 'escape',
};

type Modifiers = Pick<Key, 'ctrl' | 'alt' | 'shift'>;
const none: Modifiers = { ctrl: false, alt: false, shift: false };

function key(name: string, modifiers: Modifiers = none, text = ''): Key {
  return { name, ctrl: modifiers.ctrl, alt: modifiers.alt, shift: modifiers.shift, text };
}

/** The modifier parameter of xterm: 1 plus a bit set of shift, alt, ctrl. */
function modifiersOf(parameter: string | undefined): Modifiers {
  const bits = Math.max(0, Number(parameter ?? '1') - 1);
  return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

function plainKey(char: string, alt: boolean): Key {
  const named = controls[char];
  if (named !== undefined) return key(named, { ...none, alt });
  const code = char.codePointAt(0) ?? 0;
  if (code === 0) return key('space', { ...none, ctrl: true, alt });
  if (code < 27) return key(String.fromCharCode(code + 96), { ...none, ctrl: true, alt });
  if (code < 32) return key(String.fromCharCode(code + 64), { ...none, ctrl: true, alt });
  if (code >= 0x80 && code < 0xa0) return key('unknown');
  const text = alt ? '' : char;
  return key(char === ' ' ? 'space' : char, { ...none, alt }, text);
}

/** A complete `CSI parameters final` sequence (ECMA-48), as xterm and the Linux console send them. */
function csiKey(parameters: string, final: string): Key {
  if (/^[<?>=]/.test(parameters) || final === 'M' || final === 'm') return key('unknown');
  const [first = '', second] = parameters.split(';');
  if (final === '~') {
    const name = tildes[first];
    return name === undefined ? key('unknown') : key(name, modifiersOf(second));
  }
  const name = letters[final];
  if (name === undefined || (final === 'R' && parameters !== '' && first !== '1')) return key('unknown');
  if (final === 'Z') return key('tab', { ...none, shift: true });
  return key(name, modifiersOf(second));
}

/** A decoder for the bytes a terminal in raw mode sends: UTF-8 text, control keys, CSI and SS3 sequences, bracketed paste. */
export function createKeyDecoder(): KeyDecoder {
  const utf8 = new TextDecoder('utf-8');
  let buffer = '';
  let paste: string | undefined;

  const takePaste = (out: Key[]): boolean => {
    const end = buffer.indexOf('\x1b[201~');
    // Up to five characters may be the start of the end mark.
    const cut = end === -1 ? Math.max(0, buffer.length - 5) : end;
    paste = ((paste ?? '') + buffer.slice(0, cut)).slice(0, maxPaste);
    buffer = buffer.slice(end === -1 ? cut : end + 6);
    if (end === -1) return false;
    out.push(key('paste', none, paste.replace(/\r\n?/g, '\n')));
    paste = undefined;
    return true;
  };

  /** Takes one key off the buffer; false when more bytes are needed. */
  const takeOne = (out: Key[]): boolean => {
    if (paste !== undefined) return takePaste(out);
    if (buffer[0] !== '\x1b') {
      const char = String.fromCodePoint(buffer.codePointAt(0) ?? 0);
      buffer = buffer.slice(char.length);
      out.push(plainKey(char, false));
      return true;
    }
    if (buffer.length === 1) return false;
    const sequence = /^\x1b(?:\[\[([A-E])|\[([<?>=]?[\d;:]*)([ -/]*[@-Z\\-~])|O([ -~]))/.exec(buffer);
    if (sequence) return takeSequence(out, sequence);
    if (/^\x1b(?:\[[<?>=]?[\d;:]*[ -/]*|\[\[|O)$/.test(buffer)) {
      // An unfinished sequence; one that does not end is noise.
      if (buffer.length <= 64) return false;
      buffer = '';
      return true;
    }
    if (buffer[1] === '\x1b') {
      buffer = buffer.slice(1);
      out.push(key('escape'));
      return true;
    }
    const char = String.fromCodePoint(buffer.codePointAt(1) ?? 0);
    buffer = buffer.slice(1 + char.length);
    out.push(plainKey(char, true));
    return true;
  };

  const takeSequence = (out: Key[], sequence: RegExpExecArray): boolean => {
    const [all, linuxF, parameters, final, ss3] = sequence;
    if (parameters === '' && final === 'M') {
      // The oldest mouse report carries three bytes after the final one.
      if (buffer.length < all.length + 3) return false;
      buffer = buffer.slice(all.length + 3);
      out.push(key('unknown'));
      return true;
    }
    buffer = buffer.slice(all.length);
    if (parameters === '200' && final === '~') paste = '';
    else if (linuxF !== undefined) out.push(key(`f${linuxF.charCodeAt(0) - 64}`));
    else if (ss3 !== undefined) out.push(ss3 === 'M' ? key('enter') : csiKey('', ss3));
    else out.push(csiKey(parameters ?? '', final ?? ''));
    return true;
  };

  const drain = (): Key[] => {
    const out: Key[] = [];
    while (buffer !== '' && takeOne(out));
    return out;
  };

  return {
    push(bytes) {
      buffer += utf8.decode(bytes, { stream: true });
      return drain();
    },
    get pending() {
      return buffer !== '' && paste === undefined;
    },
    flush() {
      if (buffer === '' || paste !== undefined) return [];
      const [first = '', ...rest] = buffer;
      buffer = '';
      const alt = first === '\x1b' && rest.length === 1;
      return alt ? [plainKey(rest[0] ?? '', true)] : [key('escape')];
    },
  };
}

/** Starts a timer; the result cancels it. Handed in so that tests own the time. */
export type StartTimer = (ms: number, run: () => void) => () => void;

/**
 * Keys out of a stream of terminal input. A lone escape becomes the escape key after `escapeMs` without more bytes.
 * Ends with the input; closes the input when the consumer stops.
 */
export async function* readKeys(
  chunks: AsyncIterable<Uint8Array>,
  options: { startTimer: StartTimer; escapeMs?: number },
): AsyncGenerator<Key, void, undefined> {
  const decoder = createKeyDecoder();
  const input = chunks[Symbol.asyncIterator]();
  let next = input.next();
  try {
    for (;;) {
      let cancel: (() => void) | undefined;
      const quiet = decoder.pending
        ? new Promise<'quiet'>((resolve) => {
            cancel = options.startTimer(options.escapeMs ?? 50, () => resolve('quiet'));
          })
        : undefined;
      const result = await (quiet ? Promise.race([next, quiet]) : next);
      cancel?.();
      if (result === 'quiet') yield* decoder.flush();
      else if (result.done) break;
      else {
        next = input.next();
        yield* decoder.push(result.value);
      }
    }
    yield* decoder.flush();
  } finally {
    await input.return?.();
  }
}
