// Flags that commands below `nats server` share.

import type { FlagSpecs } from '#cli/spec.ts';
import type { ServerFilter } from '#client/system/types.ts';

/** Reads an audit archive in place of asking. */
export const archiveFlag = {
  archive: { type: 'string', help: 'Read an archive made by "nats audit gather" in place of asking the servers' },
} as const satisfies FlagSpecs;

/** What all reports but downgrade take. */
export const reportFlags = {
  host: { type: 'string', help: 'Only the server of this name' },
  cluster: { type: 'string', help: 'Only servers of this cluster' },
  tags: { type: 'string', cumulative: true, help: 'Only servers with all of these tags' },
  watch: { type: 'int', help: 'Show the report again every so many seconds' },
  ...archiveFlag,
} as const satisfies FlagSpecs;

/** How many servers to wait for. */
export const limitArg = {
  limit: { type: 'int', help: 'Wait for no more than this many servers' },
} as const;

/** The filter those flags stand for. */
export function filterOf(flags: {
  readonly host?: string | undefined;
  readonly cluster?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}): ServerFilter {
  return {
    ...(flags.host ? { server_name: flags.host } : {}),
    ...(flags.cluster ? { cluster: flags.cluster } : {}),
    ...(flags.tags && flags.tags.length > 0 ? { tags: flags.tags } : {}),
    exact_match: true,
  };
}

/** A long public key in short: its two ends. */
export function shortKey(text: string, longest = 23): string {
  return text.length > longest ? `${text.slice(0, 10)}...${text.slice(-10)}` : text;
}
