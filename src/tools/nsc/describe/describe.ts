// What the describe commands share: forms of a token, and where they go.
import { type Json, stringifyJson } from '#base/json64.ts';
import { any, map, recordOf } from '#cli/schema.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { splitToken } from '#crypto/jwt.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { quotedPath } from '#store/dirs.ts';
import { type NscTable, renderNscTable } from '#view/nsc-table.ts';
import { showOutcome } from '../finish.ts';
import { goJson } from '../go-json.ts';
import { writeOut } from '../output-file.ts';
import { fieldOf } from './field.ts';

export const outputFlag = {
  'output-file': { type: 'string', short: 'o', default: '--', help: 'Write to this file, -- is stdout' },
} as const satisfies FlagSpecs;

/** The claims of the token as they are in it. */
export const claimsOutput = recordOf(map(any));

interface DescribeInput {
  readonly json: boolean;
  readonly raw: boolean;
  readonly field: string | undefined;
  readonly 'output-file': string;
}

/** Shows a verified token as the flags ask: raw, as JSON, one field, or as tables. */
export async function describeToken(
  runtime: Runtime,
  flags: DescribeInput,
  token: string,
  kind: string,
  tables: () => Promise<readonly NscTable[]> | readonly NscTable[],
): Promise<void> {
  const claims = splitToken(token).payload as Json;
  const data = flags.field ? fieldOf(claims, flags.field) : claims;
  const path = flags['output-file'];
  if (path === '--') {
    const text = async () => {
      if (flags.raw) return `${token}\n`;
      if (flags.field) return `${stringifyJson(data, { sortKeys: true })}\n`;
      if (flags.json) return `${goJson(claims, { sortKeys: true, escapeHtml: false })}\n`;
      return `${tablesText(await tables(), runtime)}\n`;
    };
    return runtime.show({ data, text });
  }
  const content = async () => {
    if (flags.raw) return (await import('#crypto/decorate.ts')).decorateJwt(token);
    if (flags.field) return stringifyJson(data, { sortKeys: true });
    return flags.json ? goJson(claims, { sortKeys: true, escapeHtml: false }) : tablesText(await tables());
  };
  await writeOut(runtime, path, await content());
  const what = flags.raw ? 'jwt' : 'description';
  await showOutcome(runtime, {
    entries: [{ level: 'ok', text: `wrote ${kind} ${what} to ${quotedPath(runtime, path)}` }],
    data: { path },
  });
}

function tablesText(tables: readonly NscTable[], runtime?: Runtime): string {
  return tables.map((table) => renderNscTable(table, runtime?.terminal)).join('\n');
}
