import { inFips } from './fips.ts';

/** One thing the self test tried, and whether the provider did what FIPS 140 demands. */
export interface FipsCheck {
  readonly name: string;
  readonly ok: boolean;
}

/** What a process can say about its own FIPS mode. Empty strings where nothing is known. */
export interface FipsReport {
  /** The mode is on and every check passed. */
  readonly on: boolean;
  readonly provider: string;
  readonly version: string;
  /** File of the provider. */
  readonly module: string;
  /** Version of the OpenSSL library around the provider. */
  readonly library: string;
  readonly checks: readonly FipsCheck[];
}

const CONFIG = '/etc/ssl/fips/fipsmodule.cnf';

/** FIPS 180-4's example: SHA-256 of "abc". */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

function refuses(what: () => unknown): boolean {
  try {
    what();
    return false;
  } catch {
    return true;
  }
}

async function selfTest(): Promise<FipsCheck[]> {
  const c = await import('node:crypto');
  const works = (what: () => boolean) => {
    try {
      return what();
    } catch {
      return false;
    }
  };
  const signs = () => {
    const { publicKey, privateKey } = c.generateKeyPairSync('ed25519');
    const data = Buffer.from('natsbox');
    return c.verify(null, data, publicKey, c.sign(null, data, privateKey));
  };
  const seals = () => {
    const key = c.randomBytes(32);
    const cipher = c.createCipheriv('aes-256-gcm', key, c.randomBytes(12));
    return Buffer.concat([cipher.update('natsbox'), cipher.final()]).length === 7;
  };
  return [
    {
      name: 'SHA-256 gives the known answer',
      ok: works(() => c.createHash('sha256').update('abc').digest('hex') === ABC),
    },
    { name: 'Ed25519 signs and verifies', ok: works(signs) },
    { name: 'AES-256-GCM encrypts', ok: works(seals) },
    { name: 'MD5 is refused', ok: refuses(() => c.createHash('md5').update('abc').digest()) },
    { name: 'X25519 is refused', ok: refuses(() => c.generateKeyPairSync('x25519')) },
    { name: 'the mode cannot be left', ok: refuses(() => c.setFips(false)) },
  ];
}

/**
 * Reports the provider, its version and a self test. `read` gives a file's bytes or undefined; the provider's name and
 * version are read from its own file, because Node has no call for them.
 */
export async function fipsReport(read: (path: string) => Promise<Uint8Array | undefined>): Promise<FipsReport> {
  const mode = await inFips();
  const checks = mode ? await selfTest() : [];
  const config = mode ? await read(CONFIG) : undefined;
  const module = /^module\s*=\s*(\S+)/m.exec(config ? new TextDecoder().decode(config) : '')?.[1] ?? '';
  const bytes = module ? await read(module) : undefined;
  const text = bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') : '';
  const named = /\0([\x20-\x7e]*FIPS Provider[\x20-\x7e]*)\0(?:buildinfo\0)?(\d+\.\d+\.\d+[\x20-\x7e]*)?/.exec(text);
  return {
    on: mode && checks.every((k) => k.ok),
    provider: named?.[1] ?? '',
    version: named?.[2] ?? '',
    module,
    library: mode ? (process.versions.openssl ?? '') : '',
    checks,
  };
}
