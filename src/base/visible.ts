import { isPrintableAscii } from './ascii.ts';
import { once } from './once.ts';

// Controls (C0 but tab and newline, DEL, C1), line and paragraph separators, direction overrides, lone surrogates.
const unsafe = once(
  () =>
    /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)|\p{Cs}/gu,
);
const unsafeInLine = once(
  () => /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu,
);

const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return short[char] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/**
 * Text from the network for a terminal: control characters and direction overrides are shown as `\x1b` or `\u202e`
 * instead of being sent, bytes that are no UTF-8 as `\xff`. Tabs, newlines and CRLF stay.
 */
export function visible(input: string | Uint8Array): string {
  const text = typeof input === 'string' ? input : decodeShowing(input);
  return isPrintableAscii(text) ? text : text.replace(unsafe(), escaped);
}

/** As `visible`, on one line: tabs and newlines are shown as `\t` and `\n` too. For names, subjects, headers, table cells. */
export function visibleLine(input: string | Uint8Array): string {
  const text = typeof input === 'string' ? input : decodeShowing(input);
  return isPrintableAscii(text) ? text : text.replace(unsafeInLine(), escaped);
}

function decodeShowing(bytes: Uint8Array): string {
  try {
    // The BOM is part of the payload.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeWithHoles(bytes);
  }
}

function decodeWithHoles(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let out = '';
  let clean = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
      continue;
    }
    out += decoder.decode(bytes.subarray(clean, i)) + `\\x${hex(bytes[i] ?? 0, 2)}`;
    i += 1;
    clean = i;
  }
  return out + decoder.decode(bytes.subarray(clean));
}

/** The bytes of the valid UTF-8 sequence at `at`, 0 when there is none (RFC 3629, table in section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Whether bytes are valid UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
