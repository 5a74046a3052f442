import type { AuthFields, Challenge, ConnectOptions } from './types.ts';
export async function signedFields(_options: Readonly<ConnectOptions>, _challenge: Challenge): Promise<AuthFields> {
  throw new Error('not yet');
}
