import type { FlagSpecs } from '#cli/spec.ts';

/** Flags every command of every tool takes: the output contract (docs/output.md). */
export const contractFlags = {
  as: {
    type: 'enum',
    enum: ['text', 'json', 'ndjson', 'csv', 'tsv', 'yaml', 'md'],
    default: 'text',
    help: 'Give the data in this form',
    placeholder: 'FORM',
    ours: true,
  },
  fields: {
    type: 'string',
    help: 'Keep only these fields of the data, a comma between',
    placeholder: 'A,B',
    ours: true,
  },
  jq: { type: 'string', help: 'Pass the data through this jq filter', placeholder: 'FILTER', ours: true },
  strict: {
    type: 'bool',
    help: 'Exit with a status that tells the cause, see docs/output.md',
    envar: 'NATSBOX_STRICT',
    ours: true,
  },
  plan: { type: 'bool', help: 'Show what a write would change and change nothing', ours: true },
  'no-input': { type: 'bool', help: 'Never ask, as if there were no terminal', ours: true },
} as const satisfies FlagSpecs;
