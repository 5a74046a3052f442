// Templates in subjects, bodies and header values. Text is handled as byte strings (one character per byte), so that
// bodies which are no UTF-8 come out as they went in.
import { struct } from '#base/gofmt.ts';
import { formatLayout, layouts } from '#base/layout.ts';
import { nuid } from '#base/nuid.ts';
import { compileTemplate, type Template, type TemplateFunction } from '#base/template/template.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** What a template can ask for. */
export interface TemplateFacts {
  /** Number of the message. */
  readonly count: number;
  /** Body of the request that is answered. */
  readonly request?: Uint8Array;
}

/** Fills in templates; throws a usage BoxError for one that cannot be read or fails. */
export interface Expander {
  /** For subjects and header values. */
  text(template: string, facts: TemplateFacts): string;
  /** For bodies. */
  bytes(template: Uint8Array, facts: TemplateFacts): Uint8Array;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** No message is as long as this. */
const MOST_RANDOM = 64 * 1024 * 1024;

/** Letters and digits, at least `a` and at most `b` of them, or the other way round. */
export function randomText(runtime: Runtime, a: unknown, b: unknown): string {
  const bound = (value: unknown): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_RANDOM) return value;
    throw new Error(`Random takes two whole numbers up to ${MOST_RANDOM}`);
  };
  const [low, high] = [bound(a), bound(b)].sort((x, y) => x - y) as [number, number];
  const below = (limit: number) => {
    const [x, y, z, w] = runtime.random(4) as unknown as [number, number, number, number];
    return (x * 0x1_00_00_00 + y * 0x1_00_00 + z * 0x1_00 + w) % limit;
  };
  const length = low + below(high - low + 1);
  const bytes = Buffer.from(runtime.random(length));
  for (const [i, byte] of bytes.entries()) bytes[i] = LETTERS.charCodeAt(byte % LETTERS.length);
  return bytes.toString('latin1');
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Makes an expander. Compiled templates are kept, since the same one is filled in again and again. */
export function createExpander(runtime: Runtime): Expander {
  const kept = new Map<string, Template>();
  let facts: TemplateFacts = { count: 0 };
  let now = 0n;
  const seconds = () => now / 1_000_000_000n;
  const stamp = () => formatLayout(now, layouts.rfc3339);
  const kitchen = () => formatLayout(now, layouts.kitchen);
  const request = () => latin1(facts.request ?? new Uint8Array(0));
  const always: Record<string, TemplateFunction> = {
    Random: (a: unknown, b: unknown) => randomText(runtime, a, b),
    Count: () => facts.count,
    Cnt: () => facts.count,
    Unix: () => seconds(),
    UnixNano: () => now,
    TimeStamp: stamp,
    Time: kitchen,
    ID: () => nuid(),
  };
  const fields = {
    [struct]: true,
    get Cnt() {
      return facts.count;
    },
    get Count() {
      return facts.count;
    },
    get Unix() {
      return seconds();
    },
    get UnixNano() {
      return now;
    },
    get TimeStamp() {
      return stamp();
    },
    get Time() {
      return kitchen();
    },
    get Request() {
      return request();
    },
  };
  // What can be asked for, and is not shown with the others.
  Object.defineProperty(fields, 'ID', { value: () => nuid() });

  function expand(template: string, given: TemplateFacts): string {
    if (!template.includes('{{')) return template;
    facts = given;
    now = runtime.clock.now();
    const hasRequest = (given.request?.length ?? 0) > 0;
    const key = `${hasRequest ? 'r' : ' '}${template}`;
    let compiled = kept.get(key);
    if (!compiled) {
      // The original knows the function Request only where there is a request, the field everywhere.
      const functions = hasRequest ? { ...always, Request: request } : always;
      compiled = compileTemplate(template, { functions, exact: true, missing: 'error' });
      if (kept.size > 1000) kept.clear();
      kept.set(key, compiled);
    }
    // Escapes can name characters that are no bytes.
    return compiled
      .execute(fields)
      .replace(/[\u{100}-\u{10ffff}]/gu, (char) => Buffer.from(char, 'utf8').toString('latin1'));
  }

  return {
    text: (template, given) => {
      if (!template.includes('{{')) return template;
      return Buffer.from(expand(Buffer.from(template, 'utf8').toString('latin1'), given), 'latin1').toString('utf8');
    },
    bytes: (template, given) =>
      hasTemplate(template) ? Buffer.from(expand(latin1(template), given), 'latin1') : template,
  };
}

/** Whether there is anything to fill in. */
export function hasTemplate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(123); at >= 0; at = bytes.indexOf(123, at + 1)) if (bytes[at + 1] === 123) return true;
  return false;
}
