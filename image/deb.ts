// Reading a Debian package without dpkg: an ar archive that holds two tar archives, control and data (deb(5)).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Entry, readTar } from './tar.ts';

/** A package's content: its control fields in file order, its control files, and what it installs. */
export interface Deb {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  /** The files beside the control file: md5sums, conffiles, postinst and so on. */
  readonly control: ReadonlyMap<string, Entry>;
  readonly files: readonly Entry[];
}

function members(file: Uint8Array): Map<string, Uint8Array> {
  const ascii = (from: number, to: number) => Buffer.from(file.subarray(from, to)).toString('latin1');
  if (ascii(0, 8) !== '!<arch>\n') throw new Error('not a Debian package (no ar archive)');
  const found = new Map<string, Uint8Array>();
  for (let at = 8; at + 60 <= file.length; ) {
    const size = Number(ascii(at + 48, at + 58).trim());
    found.set(
      ascii(at, at + 16)
        .trim()
        .replace(/\/$/, ''),
      file.subarray(at + 60, at + 60 + size),
    );
    at += 60 + size + (size % 2);
  }
  return found;
}

function unxz(data: Uint8Array, path: string, member: string): Uint8Array {
  const limit = { maxBuffer: 1 << 30 };
  const xz = spawnSync('xz', ['-dc'], { input: data, ...limit });
  if (xz.status === 0) return xz.stdout;
  const mode = member.startsWith('control') ? '--ctrl-tarfile' : '--fsys-tarfile';
  const dpkg = spawnSync('dpkg-deb', [mode, path], limit);
  if (dpkg.status === 0) return dpkg.stdout;
  throw new Error(`cannot unpack ${basename(path)}: neither xz nor dpkg-deb works here`);
}

function tarOf(parts: ReadonlyMap<string, Uint8Array>, stem: string, path: string): Entry[] {
  for (const [name, data] of parts) {
    if (!name.startsWith(`${stem}.tar`)) continue;
    if (name.endsWith('.xz')) return readTar(unxz(data, path, name));
    if (name.endsWith('.zst')) return readTar(zstdDecompressSync(data));
    if (name.endsWith('.gz')) return readTar(gunzipSync(data));
    if (name.endsWith('.tar')) return readTar(data);
    throw new Error(`${basename(path)}: unknown compression of ${name}`);
  }
  throw new Error(`${basename(path)} has no ${stem}.tar`);
}

/** Fields of a control paragraph; continuation lines stay in the value with their line breaks. */
export function parseControl(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  let key = '';
  for (const line of paragraph.split('\n')) {
    if (/^\s/.test(line)) fields.set(key, `${fields.get(key)}\n${line}`);
    else if (line.includes(':')) {
      key = line.slice(0, line.indexOf(':'));
      fields.set(key, line.slice(line.indexOf(':') + 1).trim());
    }
  }
  return fields;
}

/** Reads the package file at `path`. */
export function readDeb(path: string): Deb {
  const parts = members(readFileSync(path));
  const control = new Map(tarOf(parts, 'control', path).map((e) => [e.path, e]));
  const main = control.get('control');
  if (!main?.data) throw new Error(`${basename(path)} has no control file`);
  control.delete('control');
  const fields = parseControl(Buffer.from(main.data).toString('utf8'));
  return { name: fields.get('Package') ?? '', fields, control, files: tarOf(parts, 'data', path) };
}
