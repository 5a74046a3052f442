// What the images say about themselves: versions, labels, environment. One place, so that the checks can compare.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Variant } from './variants.ts';

/** Releases of the Go tools whose behaviour the tools of the box follow; scripts read these names in other images. */
export const FOLLOWED = {
  NATSCLI_VERSION: '0.4.0',
  NSC_VERSION: '2.12.2',
  NKEYS_VERSION: '0.4.15',
  NATS_TOP_VERSION: '0.6.4',
} as const;

/** Version of the box, from package.json. */
export function boxVersion(): string {
  const file = fileURLToPath(new URL('../package.json', import.meta.url));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The links beside the executable. */
export const LINKS = ['nats', 'nsc', 'nk', 'nats-top'] as const;

/** Environment of every image, in the order it stands in the configuration. */
export function environment(variant: Variant): string[] {
  const all = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    NKEYS_PATH: '/nsc/nkeys',
    XDG_DATA_HOME: '/nsc',
    XDG_CONFIG_HOME: '/nsc/.config',
    NATSBOX_VERSION: boxVersion(),
    ...FOLLOWED,
    ...variant.env,
  };
  return Object.entries(all).map(([k, v]) => `${k}=${v}`);
}

/** Labels of every image (the names of the OCI image specification). */
export function labels(variant: Variant, created: string, revision: string | undefined): Record<string, string> {
  return {
    'org.opencontainers.image.title': 'natsbox',
    'org.opencontainers.image.description': variant.description,
    'org.opencontainers.image.version': boxVersion(),
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.base.name': 'debian:trixie',
    ...(revision ? { 'org.opencontainers.image.revision': revision } : {}),
  };
}

/** Tag of a variant's image. */
export function tagOf(variant: Variant): string {
  return variant.suffix ? `${boxVersion()}-${variant.suffix}` : boxVersion();
}
