/** TLS options in the form that node:tls takes, with certificates read from their files. */
import type { TlsOptions as NodeTlsOptions, SecureContextOptions } from 'node:tls';
import { CIPHERS, CURVES } from '../config/ciphers.ts';
import type { TlsOptions } from '../options.ts';

export type TlsContext = NodeTlsOptions & SecureContextOptions;

async function pem(text: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (text !== undefined) return text;
  if (file === undefined || file === '') return undefined;
  const { readFile } = await import('node:fs/promises');
  return readFile(file, 'utf8');
}

/** TLS 1.3 suites are a list of their own in OpenSSL, but node:tls takes both in one. */
function cipherList(names: readonly string[] | undefined): string | undefined {
  return names?.map((n) => CIPHERS[n] ?? n).join(':');
}

/** Reads certificates and keys. Rejects when a file is missing or holds nothing usable. */
export async function tlsContext(o: TlsOptions): Promise<TlsContext> {
  const out: TlsContext = {
    minVersion: o.minVersion ?? 'TLSv1.2',
    honorCipherOrder: true,
    requestCert: o.verify === true || o.verifyAndMap === true,
    rejectUnauthorized: o.verify === true || o.verifyAndMap === true,
  };
  const ca = await pem(o.ca, o.caFile);
  if (ca !== undefined) {
    if (!ca.includes('BEGIN CERTIFICATE')) throw new Error('failed to parse root ca certificate');
    out.ca = ca;
  }
  const ciphers = cipherList(o.ciphers);
  if (ciphers !== undefined) out.ciphers = ciphers;
  if (o.curves !== undefined) out.ecdhCurve = o.curves.map((c) => CURVES[c] ?? c).join(':');
  const cert = await pem(o.cert, o.certFile);
  const key = await pem(o.key, o.keyFile);
  const { createSecureContext } = await import('node:tls');
  if (cert !== undefined) out.cert = cert;
  if (key !== undefined) out.key = key;
  const more = o.certificates ?? [];
  if (more.length > 0) await addCertificates(out, more, createSecureContext);
  if (out.cert === undefined || out.key === undefined) throw new Error('TLS needs a certificate and its key');
  try {
    createSecureContext(out);
  } catch (error) {
    throw new Error(`error parsing X509 certificate/key pair: ${error instanceof Error ? error.message : error}`);
  }
  return out;
}

/** Several pairs: the one whose names fit what the client asks for, else the first. */
async function addCertificates(
  out: TlsContext,
  pairs: readonly { certFile: string; keyFile: string }[],
  make: typeof import('node:tls').createSecureContext,
): Promise<void> {
  const { X509Certificate } = await import('node:crypto');
  const all = await Promise.all(
    pairs.map(async (p) => {
      const cert = (await pem(undefined, p.certFile)) ?? '';
      const key = (await pem(undefined, p.keyFile)) ?? '';
      return { cert, key, x509: new X509Certificate(cert), context: make({ ...out, cert, key }) };
    }),
  );
  out.cert = all[0]!.cert;
  out.key = all[0]!.key;
  out.SNICallback = (name, done) =>
    done(null, (all.find((c) => c.x509.checkHost(name) !== undefined) ?? all[0]!).context);
}

/** When the certificate ends, epoch ms. */
export async function certificateEnd(context: TlsContext): Promise<number> {
  const { X509Certificate } = await import('node:crypto');
  return Date.parse(new X509Certificate(String(context.cert)).validTo);
}
