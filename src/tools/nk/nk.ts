import { toBase64url, utf8Text } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { bool, record, str } from '#cli/schema.ts';
import type { Input } from '#cli/spec.ts';
import {
  createKeyPair,
  decodePublic,
  type KeyKind,
  type KeyPair,
  keyPairFromRaw,
  keyPairFromSeed,
  verifySignature,
} from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { contractFlags } from '#runtime/contract.ts';
import { findKey, readEntropy, readFile, readSignature, secretsOf } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { usage } from './usage.ts';

const kinds: Readonly<Record<string, KeyKind>> = {
  user: 'user',
  account: 'account',
  server: 'server',
  cluster: 'cluster',
  operator: 'operator',
  curve: 'curve',
  x25519: 'curve',
  module: 'module',
  service: 'service',
};

const flags = {
  v: { type: 'bool', help: 'Show the version' },
  gen: {
    type: 'string',
    placeholder: 'kind',
    help: 'Make a key: user, account, server, cluster, operator, curve (also x25519), module or service',
  },
  sign: { type: 'string', placeholder: 'file', help: 'Sign a file with the seed of -inkey' },
  verify: { type: 'string', placeholder: 'file', help: "Verify a file's signature (-sigfile) with -inkey or -pubin" },
  inkey: { type: 'string', placeholder: 'file', help: 'File with a seed' },
  pubin: { type: 'string', placeholder: 'file', help: 'File with a public key' },
  sigfile: { type: 'string', placeholder: 'file', help: 'File with a signature' },
  pubout: { type: 'bool', help: 'Show the public key too, or that of -inkey' },
  e: { type: 'string', placeholder: 'file', help: 'Entropy for -gen: the first 32 bytes of this file or device' },
  pre: { type: 'string', placeholder: 'text', help: 'Search for a key that reads like this after its first letter' },
  maxpre: { type: 'int', default: '10000000', placeholder: 'n', help: 'Keys to try for -pre, 10000000 without this' },
} as const;

type NkInput = Input<Record<never, never>, typeof flags>;

/** `nk`: the whole tool, one command. */
export const command = defineCommand({
  name: 'nk',
  help: 'Make nkeys, sign and verify with them',
  flags,
  output: record({ 'seed?': str, 'public?': str, 'signature?': str, 'verified?': bool, 'version?': str }),
  tags: { scope: 'local', impact: 'rw' },
  async run(input, runtime) {
    const { globals } = runtime;
    if (globals.h === true || globals.help === true) return showUsage(runtime, 1);
    const { v, gen, e, sign, verify, inkey, pubout } = input.flags;
    if (v) return showVersion(runtime);
    if (gen) return generate(input, runtime, gen);
    if (e) throw fail('usage', 'Entropy file only used when creating keys with -gen');
    if (sign) return signFile(runtime, sign, inkey);
    if (verify) return verifyFile(input, runtime, verify);
    if (inkey && pubout) return showPublic(runtime, inkey);
    return showUsage(runtime, runtime.contract.strict ? 2 : 1);
  },
});

async function showUsage(runtime: Runtime, status: number): Promise<void> {
  runtime.out.write(usage(flags, contractFlags));
  runtime.exit(status);
}

function showVersion(runtime: Runtime): Promise<void> {
  const { version } = runtime;
  return runtime.show({ data: { version }, text: () => `nk version ${version}` });
}

async function generate(input: NkInput, runtime: Runtime, gen: string): Promise<void> {
  const kind = Object.hasOwn(kinds, gen.toLowerCase()) ? kinds[gen.toLowerCase()] : undefined;
  if (!kind) {
    throw fail('usage', `no kind of key is called "${gen}"`, {
      hint: `nk -gen takes ${Object.keys(kinds).join(', ')}`,
    });
  }
  const { pre, pubout, e } = input.flags;
  const pair = pre ? await vanityPair(input, runtime, kind, pre.toUpperCase()) : await newPair(runtime, kind, e);
  const seed = utf8Text(pair.seed());
  const lines = pubout || pre ? [seed, pair.publicKey] : [seed];
  await runtime.show({ data: { seed, public: pair.publicKey }, text: () => lines.join('\n') });
  pair.wipe();
}

async function newPair(runtime: Runtime, kind: KeyKind, entropy: string | undefined): Promise<KeyPair> {
  if (!entropy) return createKeyPair(kind, runtime.random(32));
  const secret = await readEntropy(runtime, entropy);
  if (!secret) throw fail('error', `entropy file ${entropy} has fewer than 32 bytes`);
  return createKeyPair(kind, secret);
}

async function vanityPair(input: NkInput, runtime: Runtime, kind: KeyKind, prefix: string): Promise<KeyPair> {
  const { checkWish, searchVanity } = await import('./vanity.ts');
  const { e, maxpre } = input.flags;
  checkWish(prefix);
  const device = e ? await isDevice(runtime, e) : false;
  if (e && !device) return fixedPair(runtime, kind, prefix, e);
  const progress = showProgress(runtime);
  const found = await searchVanity(
    { kind, prefix },
    {
      max: maxpre,
      threads: runtime.platform.cpus,
      ...(e ? { secrets: secretsOf(runtime, e) } : {}),
      onTried: progress.tried,
    },
  ).finally(progress.end);
  if (!found) {
    throw fail('not-found', `Failed to generate prefix after ${maxpre} attempts`, {
      hint: 'a shorter -pre or a larger -maxpre; each further letter takes 32 times as long',
    });
  }
  return keyPairFromRaw(kind, found);
}

async function isDevice(runtime: Runtime, path: string): Promise<boolean> {
  return (await runtime.files.stat(path))?.kind === 'other';
}

/** A file always gives the same key: it has the prefix, or trying it again is of no use. */
async function fixedPair(runtime: Runtime, kind: KeyKind, prefix: string, path: string): Promise<KeyPair> {
  const pair = await newPair(runtime, kind, path);
  if (pair.publicKey.startsWith(prefix, 1)) return pair;
  throw fail('not-found', `the one key of entropy file ${path} does not read ${prefix} after its first letter`, {
    hint: 'leave out -e, or give a device such as /dev/urandom',
  });
}

/** A line that is redrawn on stderr while the search runs, when somebody can see it. */
function showProgress(runtime: Runtime): { tried(count: number): void; end(): void } {
  if (!runtime.err.isTTY) return { tried: () => undefined, end: () => undefined };
  const start = runtime.clock.mono();
  let shown = 0n;
  return {
    tried(count) {
      const now = runtime.clock.mono();
      if (now - shown < 100_000_000n) return;
      shown = now;
      const rate = Math.round((count * 1e9) / Math.max(1, Number(now - start)));
      runtime.err.write(`\r\x1b[Kcomputing: ${count} keys, ${rate}/s`);
    },
    end: () => runtime.err.write('\r\x1b[K'),
  };
}

async function readKeyFile(runtime: Runtime, path: string): Promise<Uint8Array> {
  const key = await findKey(runtime, path);
  if (!key) throw fail('error', `Could not find a valid key in ${path}`);
  return key;
}

async function seedPair(runtime: Runtime, path: string): Promise<KeyPair> {
  const seed = await readKeyFile(runtime, path);
  try {
    return await keyPairFromSeed(seed);
  } finally {
    seed.fill(0);
  }
}

async function signFile(runtime: Runtime, path: string, inkey: string | undefined): Promise<void> {
  if (!inkey) throw fail('usage', 'Sign requires a seed/private key via -inkey <file>');
  const pair = await seedPair(runtime, inkey);
  const signature = toBase64url(await pair.sign(await readFile(runtime, path)));
  pair.wipe();
  await runtime.show({ data: { signature, public: pair.publicKey }, text: () => signature });
}

async function verifyFile(input: NkInput, runtime: Runtime, path: string): Promise<void> {
  const { inkey, pubin, sigfile } = input.flags;
  if (!inkey && !pubin) throw fail('usage', 'Verify requires a seed key via -inkey or a public key via -pubin');
  if (!sigfile) throw fail('usage', 'Verify requires a signature via -sigfile');
  const key = inkey ? (await seedPair(runtime, inkey)).publicKey : await publicKeyOf(runtime, pubin as string);
  if (decodePublic(key)?.kind === 'curve') throw fail('usage', 'a curve key cannot sign or verify');
  const content = await readFile(runtime, path);
  const signature = await readSignature(runtime, sigfile);
  if (!(await verifySignature(key, content, signature))) {
    throw fail('check-failed', 'nkeys: signature verification failed', {
      hint: `${path} was changed, or it was signed with another key`,
    });
  }
  await runtime.show({ data: { verified: true, public: key }, text: () => 'Verified OK' });
}

async function publicKeyOf(runtime: Runtime, path: string): Promise<string> {
  const line = await readKeyFile(runtime, path);
  const key = utf8Text(line);
  if (decodePublic(key)) return key;
  line.fill(0);
  throw fail('usage', `nkeys: invalid public key: the key in ${path} is no public key`, {
    hint: 'give a seed with -inkey',
  });
}

async function showPublic(runtime: Runtime, path: string): Promise<void> {
  const pair = await seedPair(runtime, path);
  pair.wipe();
  await runtime.show({ data: { public: pair.publicKey }, text: () => pair.publicKey });
}
