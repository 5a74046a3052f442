/**
 * Ed25519 over raw 32-byte seeds and public keys.
 *
 * Two engines, because they are cheap at different times (measured in a compiled program, 2 cores):
 * WebCrypto costs 1 ms in a one-shot process and 90-190 us per call; node:crypto costs 4 ms to load and then
 * 22 us to sign, 93 us to verify. The first calls of a process go to WebCrypto, the rest to node:crypto.
 */
import { fromBase64url } from '#base/bytes.ts';

/** Synchronous Ed25519 and X25519 on node:crypto. */
export interface NativeCurves {
  /** Signs with a raw 32-byte seed; pass the key from `privateKey` to sign many times. */
  sign(key: NativeKey, data: Uint8Array): Uint8Array;
  verify(publicRaw: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
  privateKey(seed: Uint8Array): NativeKey;
  /** The raw public key of a raw seed. */
  publicKey(seed: Uint8Array): Uint8Array;
  /** The raw X25519 public key of a raw private key. */
  curvePublicKey(secret: Uint8Array): Uint8Array;
  /** A new key: 32 secret and 32 public bytes, both views of the library's own buffers. Faster than seed to key. */
  generate(curve: boolean): { secret: Uint8Array; publicRaw: Uint8Array };
  /** The raw X25519 shared secret. */
  curveShared(secret: Uint8Array, publicRaw: Uint8Array): Uint8Array;
}

/** A private key prepared for signing many times. Opaque. */
export interface NativeKey {
  readonly type: string;
}

/** Calls after which node:crypto's load time is earned back. */
const WEB_CALLS = 24;

// RFC 8410: PKCS #8 and SPKI wrappings of a raw key; the last byte of the OID tells Ed25519 (0x70) from X25519 (0x6e).
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const SPKI = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const X25519_OID = 0x6e;

const der = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;

let calls = 0;
let loaded: NativeCurves | undefined;
let loading: Promise<NativeCurves> | undefined;

function wrap(head: readonly number[], raw: Uint8Array, oidAt: number, x25519: boolean): Uint8Array<ArrayBuffer> {
  const der = new Uint8Array(head.length + 32);
  der.set(head);
  if (x25519) der[oidAt] = X25519_OID;
  der.set(raw.subarray(0, 32), head.length);
  return der;
}

const pkcs8 = (raw: Uint8Array, x25519 = false) => wrap(PKCS8, raw, 11, x25519);
const spki = (raw: Uint8Array, x25519 = false) => wrap(SPKI, raw, 8, x25519);

/** The synchronous engine, for work in bulk: loads node:crypto once; from then on every call goes there. */
export function nativeCurves(): Promise<NativeCurves> {
  loading ??= import('node:crypto').then((crypto) => {
    const secretKey = (raw: Uint8Array, x25519 = false) => {
      const key = pkcs8(raw, x25519);
      try {
        return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
      } finally {
        key.fill(0);
      }
    };
    const openKey = (raw: Uint8Array, x25519 = false) =>
      crypto.createPublicKey({ key: spki(raw, x25519), format: 'der', type: 'spki' });
    const publicOf = (raw: Uint8Array, x25519: boolean) => {
      const key = crypto.createPublicKey(secretKey(raw, x25519));
      return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(-32));
    };
    loaded = {
      privateKey: (seed) => secretKey(seed),
      sign: (key, data) => new Uint8Array(crypto.sign(null, data, key as ReturnType<typeof secretKey>)),
      verify: (publicRaw, data, signature) => crypto.verify(null, data, openKey(publicRaw), signature),
      publicKey: (seed) => publicOf(seed, false),
      curvePublicKey: (secret) => publicOf(secret, true),
      generate(curve) {
        const { privateKey, publicKey } = curve
          ? crypto.generateKeyPairSync('x25519', der)
          : crypto.generateKeyPairSync('ed25519', der);
        return { secret: privateKey.subarray(-32), publicRaw: publicKey.subarray(-32) };
      },
      curveShared: (secret, publicRaw) =>
        new Uint8Array(
          crypto.diffieHellman({ privateKey: secretKey(secret, true), publicKey: openKey(publicRaw, true) }),
        ),
    };
    return loaded;
  });
  return loading;
}

/** The native engine once it pays, else undefined: then WebCrypto does this call. */
async function native(): Promise<NativeCurves | undefined> {
  return loaded ?? (++calls > WEB_CALLS ? nativeCurves() : undefined);
}

// WebCrypto's types want views of plain ArrayBuffers; a view of shared memory never comes here.
const view = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

async function webKey(raw: Uint8Array, algorithm: 'Ed25519' | 'X25519', use: 'sign' | 'deriveBits') {
  const der = pkcs8(raw, algorithm === 'X25519');
  const key = await crypto.subtle.importKey('pkcs8', der, algorithm, true, [use]);
  der.fill(0);
  return key;
}

type WebKey = Awaited<ReturnType<typeof webKey>>;

// The only way WebCrypto gives the public half of a private key is inside a JWK.
async function webPublicKey(key: WebKey): Promise<Uint8Array> {
  const jwk = await crypto.subtle.exportKey('jwk', key);
  return fromBase64url(jwk.x!)!;
}

/** A raw Ed25519 seed made ready: its raw public key, and a function that signs. */
export interface Ed25519Key {
  readonly publicRaw: Uint8Array;
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** Overwrites our copy of the seed; signing fails afterwards. */
  wipe(): void;
}

/** Opens a raw 32-byte seed. It is copied: the caller may wipe its own once this resolves. */
export async function openEd25519(seed: Uint8Array): Promise<Ed25519Key> {
  // Not slice(): that of a Buffer shares its memory.
  const held = new Uint8Array(seed);
  const engine = await native();
  let nativeKey: NativeKey | undefined;
  let web = engine ? undefined : await webKey(held, 'Ed25519', 'sign');
  let open = true;
  return {
    publicRaw: engine ? engine.publicKey(held) : await webPublicKey(web!),
    async sign(data) {
      if (!open) throw new Error('this key was wiped');
      const later = await native();
      if (!later) return new Uint8Array(await crypto.subtle.sign('Ed25519', web!, view(data)));
      nativeKey ??= later.privateKey(held);
      return later.sign(nativeKey, data);
    },
    wipe() {
      open = false;
      held.fill(0);
      nativeKey = undefined;
      web = undefined;
    },
  };
}

/** Whether `signature` is this key's over `data`; false as well for a key or signature of the wrong length. */
export async function ed25519Verify(publicRaw: Uint8Array, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (publicRaw.length !== 32 || signature.length !== 64) return false;
  const engine = await native();
  try {
    if (engine) return engine.verify(publicRaw, data, signature);
    const key = await crypto.subtle.importKey('raw', view(publicRaw), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, view(signature), view(data));
  } catch {
    return false; // a point that is not on the curve
  }
}

/** The raw X25519 public key of a raw private key. */
export async function x25519PublicKey(secret: Uint8Array): Promise<Uint8Array> {
  const engine = await native();
  return engine ? engine.curvePublicKey(secret) : webPublicKey(await webKey(secret, 'X25519', 'deriveBits'));
}

/** The raw X25519 shared secret; rejects for a public key of low order. */
export async function x25519Shared(secret: Uint8Array, publicRaw: Uint8Array): Promise<Uint8Array> {
  const engine = await native();
  if (engine) return engine.curveShared(secret, publicRaw);
  const key = await webKey(secret, 'X25519', 'deriveBits');
  const other = await crypto.subtle.importKey('raw', view(publicRaw), 'X25519', true, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, key, 256));
}
