// Provenance: an in-toto statement (SLSA provenance v1) of what an image was built from, optionally signed with an nkey
// through our own nk. Honest level: SLSA 1 - it says how the image came about, no hosted builder vouches for it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Something that went into a build. */
export interface Material {
  readonly uri: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** What a statement is about: a name and the sha256 of its bytes. */
export interface Subject {
  readonly name: string;
  readonly sha256: string;
}

const PAYLOAD = 'application/vnd.in-toto+json';

/** The statement as JSON bytes. `parameters` are what the caller of the build chose. */
export function statement(
  subjects: readonly Subject[],
  parameters: Readonly<Record<string, unknown>>,
  materials: readonly Material[],
): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: subjects.map((s) => ({ name: s.name, digest: { sha256: s.sha256 } })),
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'urn:natsbox:image-builder:v1',
          externalParameters: parameters,
          internalParameters: {},
          resolvedDependencies: materials,
        },
        runDetails: { builder: { id: 'urn:natsbox:image-builder' }, metadata: {} },
      },
    }),
  );
}

/** DSSE's pre-authentication encoding: the bytes that are signed. */
export function preAuthentication(payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD.length} ${PAYLOAD} ${payload.length} `), payload]);
}

/**
 * A DSSE envelope of the statement. With `seedFile` (an nkey seed) it carries one signature made by the `nk` at
 * `nkPath` over the pre-authentication bytes; the key id is the public key.
 */
export function envelope(payload: Uint8Array, seedFile?: string, nkPath?: string): Uint8Array {
  const signatures = seedFile && nkPath ? [sign(payload, seedFile, nkPath)] : [];
  return new TextEncoder().encode(
    JSON.stringify({ payloadType: PAYLOAD, payload: Buffer.from(payload).toString('base64'), signatures }),
  );
}

function sign(payload: Uint8Array, seedFile: string, nk: string): { keyid: string; sig: string } {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-sign-'));
  try {
    const file = join(dir, 'pae');
    writeFileSync(file, preAuthentication(payload));
    const call = (args: string[]) => {
      const r = spawnSync(nk, args, { encoding: 'utf8' });
      if (r.status !== 0) throw new Error(`nk ${args[0]} failed: ${(r.stderr || String(r.error)).trim()}`);
      return r.stdout.trim();
    };
    const keyid = call(['-inkey', seedFile, '-pubout']);
    // nk writes URL-safe base64; DSSE readers expect the standard alphabet.
    const sig = Buffer.from(call(['-sign', file, '-inkey', seedFile]), 'base64url').toString('base64');
    return { keyid, sig };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
