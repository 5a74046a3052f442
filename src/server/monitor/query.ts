/** Parameters of monitoring requests; mistakes are told in the words of Go's strconv. */
import { quote, toBinary } from '../core/text.ts';
import { MonitorError } from './form.ts';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export interface Query {
  text(name: string): string;
  bool(name: string): boolean;
  int(name: string): number;
  /** Non-negative. */
  count(name: string): number;
}

export function readQuery(params: URLSearchParams): Query {
  const text = (name: string): string => params.get(name) ?? '';
  const wrong = (kind: string, fn: string, name: string, value: string, why: string): MonitorError =>
    new MonitorError(`Error decoding ${kind} for '${name}': strconv.${fn}: parsing ${quote(toBinary(value))}: ${why}`);
  const whole = (kind: string, fn: string, name: string, pattern: RegExp, max: bigint): number => {
    const value = text(name);
    if (value === '') return 0;
    if (!pattern.test(value)) throw wrong(kind, fn, name, value, 'invalid syntax');
    const n = BigInt(value.replace('+', ''));
    if (n > max || n < -max - 1n) throw wrong(kind, fn, name, value, 'value out of range');
    return Number(n);
  };
  return {
    text,
    bool(name) {
      const value = text(name);
      if (value === '' || FALSE.has(value)) return false;
      if (TRUE.has(value)) return true;
      throw wrong('boolean', 'ParseBool', name, value, 'invalid syntax');
    },
    int: (name) => whole('int', 'Atoi', name, /^[+-]?\d+$/, 2n ** 63n - 1n),
    count: (name) => whole('uint64', 'ParseUint', name, /^\d+$/, 2n ** 64n - 1n),
  };
}

/** `state` of /connz. */
export function stateOf(text: string): number {
  switch (text.toLowerCase()) {
    case '':
    case 'open':
      return 0;
    case 'closed':
      return 1;
    case 'any':
    case 'all':
      return 2;
  }
  throw new MonitorError(`Error decoding state for ${text}`);
}
