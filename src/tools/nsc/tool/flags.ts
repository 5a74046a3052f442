import type { FlagSpecs } from '#cli/spec.ts';
import { accountFlag } from '../account-flag.ts';

/** How connections to servers are secured: push, pull and the tools. */
export const tlsFlags = {
  'tls-first': { type: 'bool', help: 'Do the TLS handshake before the server speaks' },
  'ca-cert': { type: 'string', help: 'File of the authorities to trust, in place of the system store' },
  'client-cert': { type: 'string', help: 'File of the client certificate' },
  'client-key': { type: 'string', help: 'File of the key of the client certificate' },
  'tls-curves': { type: 'string', help: 'Curves to offer, a comma between: P256, P384, P521, X25519' },
} as const satisfies FlagSpecs;

export const userFlags = {
  ...accountFlag,
  user: { type: 'string', short: 'u', help: 'Name of the user; not needed when the account has one user' },
} as const satisfies FlagSpecs;

const queueFlag = {
  queue: { type: 'string', short: 'q', help: 'Share the messages with the others of this queue group' },
} as const satisfies FlagSpecs;

/** Once an experiment of the original; it is refused. */
export const encryptFlag = {
  encrypt: { type: 'bool', short: 'E', hidden: true, help: 'No longer supported' },
} as const satisfies FlagSpecs;

const maxMessages = { type: 'int', default: '-1', help: 'End after so many messages' } as const;

/** `sub`, below `nsc tool` and of old. */
export const subFlags = {
  ...userFlags,
  ...queueFlag,
  ...encryptFlag,
  'max-messages': { ...maxMessages, hidden: true },
} as const satisfies FlagSpecs;

/** `reply`, likewise. */
export const replyFlags = { ...userFlags, ...queueFlag, 'max-messages': maxMessages } as const satisfies FlagSpecs;
