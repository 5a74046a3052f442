import { type BoxError, fail } from '#base/errors.ts';
import type { ResolvedTls } from './link.ts';
import type { Server } from './pool.ts';
import type { TlsOptions } from './types.ts';

/** Where systems keep their authorities as one file, in the order in which Go looks (crypto/x509 root_linux.go and others). */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

type Fs = typeof import('node:fs/promises');

async function readPem(fs: Fs, path: string, what: string): Promise<string> {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code;
    const why =
      code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : String(code);
    throw fail('usage', `nats: error loading ${what}: open ${path}: ${why}`, { hint: 'check the path of the file' });
  }
}

function mustBePem(text: string, marker: RegExp, what: string): string {
  if (!marker.test(text))
    throw fail('usage', `nats: error loading or parsing ${what}`, { hint: 'the file must hold PEM blocks' });
  return text;
}

/** PEM files of a folder, joined; unreadable ones are passed over as Go does. */
async function readFolder(fs: Fs, folder: string): Promise<string[]> {
  const names = await fs.readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => fs.readFile(`${folder}/${name}`, 'utf8').catch(() => '')));
  return texts.filter((text) => text.includes('BEGIN CERTIFICATE'));
}

let systemStore: Promise<string[]> | undefined;

/**
 * The authorities this machine trusts: SSL_CERT_FILE or the distribution's bundle, and SSL_CERT_DIR or its folders where
 * there is no bundle. Empty where the platform keeps them elsewhere (macOS, Windows): the runtime's own list is used then.
 */
async function readSystemStore(env: (name: string) => string | undefined): Promise<string[]> {
  const fs = await import('node:fs/promises');
  const file = env('SSL_CERT_FILE');
  const dirs = env('SSL_CERT_DIR');
  const found: string[] = [];
  for (const path of file ? [file] : bundles) {
    const text = await fs.readFile(path, 'utf8').catch(() => '');
    if (text.includes('BEGIN CERTIFICATE')) {
      found.push(text);
      break;
    }
  }
  if (dirs || found.length === 0) {
    for (const folder of dirs ? dirs.split(':') : folders) found.push(...(await readFolder(fs, folder)));
  }
  return found;
}

/** Reads the files of the options and decides name and authorities. Throws `usage` for a file that is no good. */
export async function resolveTls(options: TlsOptions, server: Server): Promise<ResolvedTls> {
  const fs = await import('node:fs/promises');
  const own = options.ca ?? (options.caFile ? await readPem(fs, options.caFile, 'rootCA file') : undefined);
  const certificate = /BEGIN CERTIFICATE/;
  let ca: string | string[];
  if (own !== undefined) {
    if (options.caFile && !certificate.test(own)) {
      const hint = 'the file must hold PEM blocks';
      throw fail('usage', `nats: failed to parse root certificate from ${JSON.stringify(options.caFile)}`, { hint });
    }
    ca = mustBePem(own, certificate, 'rootCA file');
  } else ca = await (systemStore ??= readSystemStore((name) => process.env[name]));
  const cert =
    options.cert ?? (options.certFile ? await readPem(fs, options.certFile, 'client certificate') : undefined);
  const key = options.key ?? (options.keyFile ? await readPem(fs, options.keyFile, 'client key') : undefined);
  if ((cert === undefined) !== (key === undefined)) {
    throw fail('usage', 'nats: a client certificate needs its key and the other way round', {
      hint: 'give both --tlscert and --tlskey',
    });
  }
  return {
    serverName: options.serverName ?? server.tlsName ?? server.host,
    ca,
    cert: cert === undefined ? undefined : mustBePem(cert, certificate, 'client certificate'),
    key: key === undefined ? undefined : mustBePem(key, /BEGIN [A-Z ]*PRIVATE KEY/, 'client key'),
    insecure: options.insecure ?? false,
    options,
  };
}

/** Facts about the certificate a handshake failed on, as far as the runtime tells. */
export interface PeerCertificate {
  subjectaltname?: string | undefined;
  valid_from?: string | undefined;
  valid_to?: string | undefined;
}

const PREFIX = 'nats: tls error: ';
const VERIFY = `${PREFIX}tls: failed to verify certificate: x509: `;

function nameMismatch(name: string, peer: PeerCertificate | undefined): string {
  const names = (peer?.subjectaltname ?? '').split(/,\s*/);
  const dns = names.filter((n) => n.startsWith('DNS:')).map((n) => n.slice(4));
  const ips = names.filter((n) => n.startsWith('IP Address:')).map((n) => n.slice(11));
  const isIp = name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
  if (isIp && ips.length === 0) return `cannot validate certificate for ${name} because it doesn't contain any IP SANs`;
  const valid = isIp ? ips : dns;
  if (valid.length === 0) return `certificate is not valid for any names, but wanted to match ${name}`;
  return `certificate is valid for ${valid.join(', ')}, not ${name}`;
}

/**
 * A handshake's failure in the words of Go's TLS, whatever the runtime called it: `error.code` of OpenSSL and
 * BoringSSL verification results, and alert names in messages.
 */
export function tlsError(error: unknown, tls: ResolvedTls, peer?: PeerCertificate): BoxError {
  const { code, message } = error as { code?: string; message?: string };
  const text = `${code ?? ''} ${message ?? ''}`;
  const has = (...words: string[]): boolean => words.some((w) => text.toUpperCase().includes(w));
  const make = (line: string, hint: string): BoxError => fail('unreachable', line, { hint, reason: error });
  if (has('ALTNAME')) {
    return make(
      VERIFY + nameMismatch(tls.serverName, peer),
      'connect by a name the certificate holds, or set the TLS server name',
    );
  }
  if (has('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID')) {
    const expired = has('CERT_HAS_EXPIRED');
    const when = expired ? peer?.valid_to : peer?.valid_from;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const at =
      when && !Number.isNaN(Date.parse(when)) ? new Date(when).toISOString().replace(/\.\d+Z$/, 'Z') : undefined;
    const tail = at ? `: current time ${now} is ${expired ? 'after' : 'before'} ${at}` : '';
    return make(
      `${VERIFY}certificate has expired or is not yet valid${tail}`,
      'renew the server certificate, or check the clock',
    );
  }
  if (has('VERIFY', 'SELF_SIGNED', 'ISSUER', 'UNTRUSTED', 'CERT_CHAIN_TOO_LONG', 'INVALID_CA', 'INVALID_PURPOSE'))
    return make(`${VERIFY}certificate signed by unknown authority`, 'pass the authority with --tlsca');
  if (has('CERTIFICATE_REQUIRED', 'CERTIFICATE REQUIRED'))
    return make(
      `${PREFIX}remote error: tls: certificate required`,
      'pass a client certificate with --tlscert and --tlskey',
    );
  if (has('UNKNOWN_CA', 'UNKNOWN CA'))
    return make(
      `${PREFIX}remote error: tls: unknown certificate authority`,
      'the server does not know who signed the client certificate',
    );
  if (has('BAD_CERTIFICATE', 'BAD CERTIFICATE'))
    return make(
      `${PREFIX}remote error: tls: bad certificate`,
      'pass a client certificate that the server accepts with --tlscert and --tlskey',
    );
  if (has('ALERT_HANDSHAKE_FAILURE', 'HANDSHAKE FAILURE'))
    return make(`${PREFIX}remote error: tls: handshake failure`, 'client and server share no TLS settings');
  if (has('WRONG_VERSION', 'HTTP_REQUEST', 'UNEXPECTED_MESSAGE', 'RECORD'))
    return make(
      `${PREFIX}tls: first record does not look like a TLS handshake`,
      'the server does not speak TLS at this point: leave --tlsfirst out',
    );
  if (has('KEY_VALUES_MISMATCH', 'KEY VALUES MISMATCH'))
    return make(
      `${PREFIX}tls: private key does not match public key`,
      'check that --tlscert and --tlskey belong together',
    );
  if (has('ECONNRESET', 'EOF', 'EPIPE', 'EBADF', 'CLOSED') || text.trim() === '')
    return make(
      `${PREFIX}connection closed during the handshake`,
      'does the server speak TLS, and does it want a client certificate?',
    );
  return make(
    `${PREFIX}${(message ?? code ?? 'handshake failed').split('\n')[0]}`,
    'check the TLS settings of client and server',
  );
}
