// Writing images: layers, configuration, manifest and index as files of an OCI layout (image-spec 1.1), and the same
// image as one file for `docker load`. No daemon, no clock, no random: the input alone decides every byte.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib';
import type { Arch } from './apt.ts';
import { sha256 } from './hash.ts';
import { type Entry, writeTar } from './tar.ts';

/** A content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: { readonly architecture: string; readonly os: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A layer: its uncompressed archive, the digest of that, and the blob that is stored. */
export interface Layer {
  readonly tar: Uint8Array;
  readonly diffId: string;
  readonly blob: Uint8Array;
  readonly mediaType: string;
  readonly comment: string;
}

/** What an image says beside its files (image-spec, config). */
export interface ImageFacts {
  readonly arch: Arch;
  readonly created: string;
  readonly user: string;
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
/** Levels of compression; part of the names in the cache, for they decide the bytes. */
const GZIP = 10;
const ZSTD = 19;
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: new TextEncoder().encode('{}') };

/**
 * A layer of the entries, every time stamp being `time` (seconds since 1970). Compressing takes longest of all, so
 * `cache` (a folder) keeps the blobs by what they hold.
 */
export function makeLayer(
  entries: readonly Entry[],
  time: number,
  comment: string,
  zstd: boolean,
  cache?: string,
): Layer {
  const tar = writeTar(entries, time);
  const diff = sha256(tar);
  const mediaType = `${LAYER}+${zstd ? 'zstd' : 'gzip'}`;
  const kept = cache && join(cache, `${diff}.${zstd ? `${ZSTD}.zst` : `${GZIP}.gz`}`);
  const found = kept !== undefined && existsSync(kept);
  const blob = found ? readFileSync(kept) : zstd ? zstdOf(tar) : gzipOf(tar, GZIP);
  if (kept !== undefined && !found) {
    mkdirSync(cache!, { recursive: true });
    writeFileSync(`${kept}.part`, blob);
    renameSync(`${kept}.part`, kept);
    forget(cache!, 24);
  }
  return { tar, diffId: `sha256:${diff}`, blob, mediaType, comment };
}

/** Removes all but the newest files of a cache. */
function forget(folder: string, keep: number): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of files.slice(keep)) rmSync(old, { force: true });
}

function zstdOf(tar: Uint8Array): Uint8Array {
  return zstdCompressSync(tar, { params: { [zlib.ZSTD_c_compressionLevel]: ZSTD } });
}

/**
 * Gzip by libdeflate: level 9 is as small as zlib's best in a third of the time, level 10 is 2 percent smaller for
 * twice that, and 12 gains next to nothing more. Node, where the tests also run, has only zlib.
 */
export function gzipOf(tar: Uint8Array, level: 1 | 9 | 10): Uint8Array {
  if (typeof Bun === 'undefined') return gzipSync(tar, { level: 9 });
  return Bun.gzipSync(new Uint8Array(tar.buffer as ArrayBuffer, tar.byteOffset, tar.length), {
    level,
    library: 'libdeflate',
  });
}

/** The image's configuration document. */
export function imageConfig(facts: ImageFacts, layers: readonly Layer[]): Uint8Array {
  return json({
    created: facts.created,
    architecture: facts.arch,
    os: 'linux',
    config: { User: facts.user, Env: facts.env, Cmd: facts.cmd, Labels: facts.labels },
    rootfs: { type: 'layers', diff_ids: layers.map((l) => l.diffId) },
    history: layers.map((l) => ({ created: facts.created, created_by: 'natsbox image builder', comment: l.comment })),
  });
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** An OCI layout being written into a folder of its own. */
export interface Layout {
  /** Stores bytes under their digest. */
  blob(mediaType: string, bytes: Uint8Array): Descriptor;
  /** Stores the manifest of an image; returns its descriptor with the platform. */
  image(facts: ImageFacts, layers: readonly Layer[]): Descriptor;
  /** Stores a document that refers to `subject` (SBOM, provenance) as an artifact manifest. */
  referrer(subject: Descriptor, artifactType: string, bytes: Uint8Array, created: string): Descriptor;
  /** Writes index.json: one image index under `tag`, then the referrers. */
  finish(tag: string, images: readonly Descriptor[], referrers: readonly Descriptor[]): string;
}

/** Starts a layout that replaces the one in `to` when it is finished, so that a failed build leaves the old one alone. */
export function createLayout(to: string): Layout {
  const dir = `${to}.part`;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const blob = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const hex = sha256(bytes);
    writeFileSync(join(dir, 'blobs/sha256', hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const bare = ({ mediaType, digest, size }: Descriptor) => ({ mediaType, digest, size });
  return {
    blob,
    image: (facts, layers) => {
      const config = blob(CONFIG, imageConfig(facts, layers));
      const stored = layers.map((l) => blob(l.mediaType, l.blob));
      const title = 'org.opencontainers.image.description';
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config,
        layers: stored,
        annotations: {
          [title]: facts.labels[title],
          'org.opencontainers.image.licenses': facts.labels['org.opencontainers.image.licenses'],
        },
      };
      return { ...blob(MANIFEST, json(manifest)), platform: { architecture: facts.arch, os: 'linux' } };
    },
    referrer: (subject, artifactType, bytes, created) => {
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        artifactType,
        config: blob(EMPTY.mediaType, EMPTY.bytes),
        layers: [blob(artifactType, bytes)],
        subject: bare(subject),
        annotations: { 'org.opencontainers.image.created': created },
      };
      return { ...blob(MANIFEST, json(manifest)), artifactType };
    },
    finish: (tag, images, referrers) => {
      const index = blob(INDEX, json({ schemaVersion: 2, mediaType: INDEX, manifests: images }));
      const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': tag } };
      writeFileSync(
        join(dir, 'index.json'),
        json({ schemaVersion: 2, mediaType: INDEX, manifests: [named, ...referrers] }),
      );
      rmSync(to, { recursive: true, force: true });
      renameSync(dir, to);
      return index.digest;
    },
  };
}

/** The image as one archive that `docker load` and `podman load` take (layers are not compressed in it). */
export function dockerArchive(facts: ImageFacts, layers: readonly Layer[], name: string, time: number): Uint8Array {
  const config = imageConfig(facts, layers);
  const file = (path: string, data: Uint8Array): Entry => ({ path, type: 'file', mode: 0o644, uid: 0, gid: 0, data });
  const configName = `${sha256(config)}.json`;
  const names = layers.map((l) => `${l.diffId.slice('sha256:'.length)}.tar`);
  const manifest = [{ Config: configName, RepoTags: [name], Layers: names }];
  return writeTar(
    [file('manifest.json', json(manifest)), file(configName, config), ...layers.map((l, i) => file(names[i]!, l.tar))],
    time,
  );
}

/** Reads a blob of a layout and compares it with its digest. */
export function readBlob(dir: string, digest: string): Uint8Array {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (!hex) throw new Error(`not a sha256 digest: ${digest}`);
  const bytes = readFileSync(join(dir, 'blobs/sha256', hex));
  if (sha256(bytes) !== hex) throw new Error(`the blob ${digest} does not have its content`);
  return bytes;
}
