import { accountChecks } from './accounts.ts';
import type { AuditCheck } from './check.ts';
import { clusterChecks, leafChecks, metaChecks } from './clusters.ts';
import { serverChecks } from './servers.ts';
import { streamChecks } from './streams.ts';

/** Every check, by suite and code. */
export const auditChecks: readonly AuditCheck[] = [
  ...accountChecks,
  ...clusterChecks,
  ...streamChecks,
  ...leafChecks,
  ...metaChecks,
  ...serverChecks,
];
