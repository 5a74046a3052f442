const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 12;
const SEQUENCE = 10;
// 62^10 is above 2^53, so the counter is kept as two halves of five digits.
const HALF = 62 ** 5;

function digits5(n: number): string {
  let text = '';
  for (let i = 0; i < 5; i++) {
    text = DIGITS[n % 62]! + text;
    n = Math.floor(n / 62);
  }
  return text;
}

/** Twelve random base-62 characters without modulo bias. */
function randomPrefix(): string {
  let text = '';
  while (text.length < PREFIX) {
    for (const byte of crypto.getRandomValues(new Uint8Array(PREFIX * 2))) {
      if (byte < 248 && text.length < PREFIX) text += DIGITS[byte % 62]!;
    }
  }
  return text;
}

/**
 * A generator of unique ids in the NATS form: 22 characters of base 62, twelve random ones that stay and a ten-digit
 * counter with a random start and step (https://github.com/nats-io/nuid).
 */
export function createNuid(): () => string {
  let prefix = '';
  let high = HALF;
  let low = 0;
  let step = 0;

  function renew(): void {
    const random = crypto.getRandomValues(new Uint32Array(3));
    prefix = randomPrefix();
    high = random[0]! % HALF;
    low = random[1]! % HALF;
    step = 33 + (random[2]! % 300);
  }

  return () => {
    low += step;
    if (low >= HALF) {
      low -= HALF;
      high++;
    }
    if (high >= HALF) renew();
    return prefix + digits5(high) + digits5(low);
  };
}

let shared: (() => string) | undefined;

/** The next id of the process's own generator. */
export function nuid(): string {
  shared ??= createNuid();
  return shared();
}

/** Length of an id. */
export const NUID_LENGTH: number = PREFIX + SEQUENCE;
