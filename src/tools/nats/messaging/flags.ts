import type { FlagSpecs } from '#cli/spec.ts';

/** Flags of the commands that send bodies: publish and request. */
export const bodyFlags = {
  'force-stdin': { type: 'bool', help: 'Read the body from standard input even when that is a terminal' },
  'send-on': {
    type: 'enum',
    enum: ['newline', 'eof'],
    default: 'eof',
    help: 'Send standard input as one message at its end, or every line as a message',
  },
  templates: {
    type: 'bool',
    default: 'true',
    negatable: true,
    help: 'Fill in templates in the subject and the body; headers are always filled in',
  },
} as const satisfies FlagSpecs;

/** What templates can hold, for the long help of publish, request and reply. */
export const templateHelp = `Bodies, subjects and header values may hold templates:

  {{Count}}          number of the message
  {{Time}}           time of day, as 3:04PM
  {{TimeStamp}}      date and time (RFC3339)
  {{Unix}}           seconds since 1970, UTC
  {{UnixNano}}       nanoseconds since 1970, UTC
  {{ID}}             a unique id of 22 characters
  {{Random 10 100}}  letters and digits, at least 10 and at most 100 of them`;
