/** The digest nats-server names a configuration by: SHA-256 over its JSON form, keys sorted, as Go writes JSON. */
import { plainFloat } from '#base/fixed.ts';
import type { ConfigMap, ConfigToken } from './token.ts';

function goString(text: string): string {
  let out = '"';
  for (const ch of text) {
    const code = ch.codePointAt(0)!;
    if (ch === '"' || ch === '\\') out += `\\${ch}`;
    else if (code === 8) out += '\\b';
    else if (code === 12) out += '\\f';
    else if (code === 10) out += '\\n';
    else if (code === 13) out += '\\r';
    else if (code === 9) out += '\\t';
    else if (code < 32 || ch === '<' || ch === '>' || ch === '&' || code === 0x2028 || code === 0x2029) {
      out += `\\u${code.toString(16).padStart(4, '0')}`;
    } else out += ch;
  }
  return out + '"';
}

function goNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return plainFloat(value);
}

function goJson(token: ConfigToken): string {
  switch (token.kind) {
    case 'string':
      return goString(token.value as string);
    case 'float':
      return goNumber(token.value as number);
    case 'date':
      return `"${(token.value as Date).toISOString().replace('.000Z', 'Z')}"`;
    case 'array':
      return `[${(token.value as ConfigToken[]).map(goJson).join(',')}]`;
    case 'map':
      return goObject(token.value as ConfigMap);
    default:
      return String(token.value);
  }
}

function goObject(map: ConfigMap): string {
  const entries = [...map].map(([key, token]) => [new TextEncoder().encode(key), key, token] as const);
  entries.sort((a, b) => Buffer.compare(a[0], b[0]));
  return `{${entries.map(([, key, token]) => `${goString(key)}:${goJson(token)}`).join(',')}}`;
}

/** `sha256:` and the digest in hexadecimal. */
export async function configDigest(map: ConfigMap): Promise<string> {
  const { sha256 } = await import('#crypto/hash.ts');
  const digest = await sha256(new TextEncoder().encode(`${goObject(map)}\n`));
  return `sha256:${Buffer.from(digest).toString('hex')}`;
}
