// Flags that every tool has.
import type { FlagSpec } from './spec.ts';

export const helpFlag: FlagSpec = { type: 'bool', short: 'h', help: 'Show this help' };
export const versionFlag: FlagSpec = { type: 'bool', help: 'Show the version' };
