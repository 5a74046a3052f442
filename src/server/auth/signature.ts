/** Signatures over the nonce of INFO. */
import { verifySignature } from '#crypto/nkeys.ts';

/** Whether `signature` (base64, URL-safe or not) is that of `publicKey` over `nonce`. */
export async function signed(publicKey: string, nonce: string, signature: string): Promise<boolean> {
  if (signature === '') return false;
  const text = signature.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(text)) return false;
  try {
    return await verifySignature(publicKey, new TextEncoder().encode(nonce), Buffer.from(text, 'base64'));
  } catch {
    return false;
  }
}
