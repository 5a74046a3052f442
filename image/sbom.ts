// Bills of materials: SPDX 2.3 documents of what is in an image - Debian packages, npm packages compiled in, the runtime
// and the libraries it bundles - down to each file with its digests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Arch, LockedPackage } from './apt.ts';
import { boxVersion } from './facts.ts';
import { sha1, sha256 } from './hash.ts';
import type { Entry } from './tar.ts';

/** One component of a bill: a package that files can belong to. */
export interface Component {
  /** Key by which files and other components refer to it. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly sha256?: string;
  readonly supplier?: string;
  readonly license?: string;
  readonly comment?: string;
  /** Key of the component this one is compiled into. */
  readonly within?: string;
}

/** A file and the key of the component it belongs to. */
export interface OwnedFile {
  readonly entry: Entry;
  readonly owner: string;
}

interface Checksum {
  readonly algorithm: 'SHA1' | 'SHA256';
  readonly checksumValue: string;
}

/** An SPDX 2.3 document, as far as this project writes it. */
export interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3';
  readonly name: string;
  readonly packages: readonly { readonly SPDXID: string; readonly name: string; readonly versionInfo: string }[];
  readonly files: readonly {
    readonly SPDXID: string;
    readonly fileName: string;
    readonly checksums: readonly Checksum[];
  }[];
  readonly relationships: readonly { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
}

const NONE = 'NOASSERTION';

/** Component of a Debian package in the lock. */
export function debianComponent(p: LockedPackage, source: string): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(p.name)}@${encodeURIComponent(p.version)}?arch=${p.arch}&distro=debian-13`;
  return {
    key: p.name,
    name: p.name,
    version: p.version,
    purl,
    sha256: p.sha256,
    supplier: 'Organization: Debian',
    comment: `source package ${source}`,
  };
}

/** Files that the builder itself writes: accounts, name service, folders. Its version counts changes of these files, not releases. */
export const BASE: Component = {
  key: 'natsbox-base',
  name: 'natsbox-base',
  version: '1',
  license: 'Apache-2.0',
  comment: 'configuration written by the image builder',
};

interface NpmLock {
  readonly packages: Readonly<Record<string, NpmPackage>>;
}

interface NpmPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** The npm packages that are compiled into the executable: what package-lock.json has beside development and optional ones. */
export function npmComponents(): Component[] {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8')) as NpmLock;
  return Object.entries(lock.packages)
    .filter(([path, p]) => path.startsWith('node_modules/') && !p.dev && !p.optional)
    .map(([path, p]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const purl = `pkg:npm/${name.replace('@', '%40')}@${p.version}`;
      return {
        key: `npm:${name}`,
        name,
        version: p.version,
        purl,
        within: 'natsbox',
        ...(p.license ? { license: p.license } : {}),
        ...(p.integrity ? { comment: `npm integrity ${p.integrity}` } : {}),
      };
    });
}

/** Parts of a runtime that its own version table names and that are no versions of libraries. */
const NO_LIBRARY = /^(bun|node|modules|napi|v8|unicode|cldr|tz|typescript)$/;

/** A runtime (the Bun or Node executable the program is compiled into) and the libraries it says it bundles. */
export function runtimeComponents(
  name: 'bun' | 'node',
  executable: string,
  npmPackage: { name: string; version: string },
  digest: string,
): Component[] {
  const args = name === 'bun' ? ['-e'] : ['-p'];
  const code = name === 'bun' ? 'console.log(JSON.stringify(process.versions))' : 'JSON.stringify(process.versions)';
  const said = spawnSync(executable, [...args, code], { encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`cannot ask ${name} for its versions: ${said.stderr || String(said.error)}`);
  const versions = JSON.parse(said.stdout) as Record<string, string>;
  const runtime: Component = {
    key: name,
    name,
    version: npmPackage.version,
    purl: `pkg:npm/${npmPackage.name.replace('@', '%40')}@${npmPackage.version}`,
    sha256: digest,
    within: 'natsbox',
    license: name === 'bun' ? 'MIT' : NONE,
    comment:
      name === 'bun'
        ? 'the runtime the program is compiled into, edited before by scripts/harden.ts and scripts/trim.ts'
        : 'the runtime the program is compiled into, without its debugging sections',
  };
  const libraries = Object.entries(versions)
    .filter(([k]) => !NO_LIBRARY.test(k) && !(name === 'bun' && (k === 'openssl' || k === 'uv')))
    .map(([k, v]) => ({ key: `${name}:${k}`, name: k, version: v, within: name, comment: `bundled in ${name}` }));
  return [runtime, ...libraries];
}

/** The box itself. */
export function boxComponent(): Component {
  return {
    key: 'natsbox',
    name: 'natsbox',
    version: boxVersion(),
    license: 'Apache-2.0',
    purl: `pkg:npm/natsbox@${boxVersion()}`,
  };
}

function id(kind: string, key: string): string {
  return `SPDXRef-${kind}-${key.replace(/[^A-Za-z0-9.-]/g, '-')}-${sha256(key).slice(0, 8)}`;
}

function packageOf(c: Component) {
  return {
    name: c.name,
    SPDXID: id('Package', c.key),
    versionInfo: c.version,
    supplier: c.supplier ?? NONE,
    downloadLocation: NONE,
    filesAnalyzed: false,
    licenseConcluded: NONE,
    licenseDeclared: c.license ?? NONE,
    copyrightText: NONE,
    ...(c.sha256 ? { checksums: [{ algorithm: 'SHA256', checksumValue: c.sha256 }] } : {}),
    ...(c.comment ? { comment: c.comment } : {}),
    ...(c.purl
      ? { externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: c.purl }] }
      : {}),
  };
}

/** The document of `components` and `files`. Its namespace is derived from its content, so equal input gives equal bytes. */
export function spdx(
  name: string,
  created: string,
  components: readonly Component[],
  files: readonly OwnedFile[],
): Uint8Array {
  const known = new Set(components.map((c) => c.key));
  const regular = files.filter((f) => f.entry.type === 'file');
  for (const f of regular) {
    if (!known.has(f.owner)) throw new Error(`${f.entry.path} belongs to ${f.owner}, which the bill does not list`);
  }
  const body = {
    packages: components.map(packageOf),
    files: regular.map((f) => ({
      fileName: `./${f.entry.path}`,
      SPDXID: id('File', f.entry.path),
      checksums: [
        { algorithm: 'SHA1', checksumValue: sha1(f.entry.data!) },
        { algorithm: 'SHA256', checksumValue: sha256(f.entry.data!) },
      ],
      licenseConcluded: NONE,
      copyrightText: NONE,
    })),
    relationships: [
      ...components.map((c) => ({
        spdxElementId: c.within ? id('Package', c.within) : 'SPDXRef-DOCUMENT',
        relationshipType: c.within ? 'CONTAINS' : 'DESCRIBES',
        relatedSpdxElement: id('Package', c.key),
      })),
      ...regular.map((f) => ({
        spdxElementId: id('Package', f.owner),
        relationshipType: 'CONTAINS',
        relatedSpdxElement: id('File', f.entry.path),
      })),
    ],
  };
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `urn:natsbox:spdx:${name}:${sha256(JSON.stringify(body))}`,
    creationInfo: { created, creators: ['Tool: natsbox-image-builder'] },
    ...body,
  };
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}

/** Our name of an architecture beside Debian's. */
export function cpuOf(arch: Arch): 'x64' | 'arm64' {
  return arch === 'amd64' ? 'x64' : 'arm64';
}
