// Containerfiles for people who have a builder at hand and want no other: one per variant, written from the same data as
// the images (`node scripts/bun.mjs image/containerfile.ts`; a test compares). They give the same programs, users and
// settings, but today's packages instead of the locked ones, so their digests are their own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boxVersion, environment, LINKS } from './facts.ts';
import { FIPS_CONFIG } from './fips.ts';
import { RELEASE } from './lock.ts';
import { NONROOT, VARIANTS, type Variant } from './variants.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));

/** Files of the C library and of the compiler's libraries that the programs load, as shell patterns under $lib. */
const LOADED = [
  'ld-linux-*.so.*',
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'librt.so.1',
  'libresolv.so.2',
  'libnss_files.so.2',
  'libnss_dns.so.2',
  'libgcc_s.so.1',
];

const FIPS_LOADED = ['libstdc++.so.6*', 'libatomic.so.1*', 'ossl-modules/fips.so'];

function install(v: Variant): string[] {
  const wanted = v.packages.filter((p) => !/^(gcc-14-base|libgcc-s1|libc6|base-files)$/.test(p));
  const tools = v.program === 'fips' ? ['openssl'] : [];
  const names = [...new Set([...wanted, ...tools])].sort().join(' \\\n      ');
  return [
    'apt-get update',
    `apt-get install -y --no-install-recommends \\\n      ${names}`,
    'rm -rf /var/lib/apt/lists/*',
    'lib=/usr/lib/$(uname -m)-linux-gnu',
  ];
}

function provider(): string[] {
  const config =
    'nodejs_conf = openssl_init|openssl_conf = openssl_init|.include /etc/ssl/fips/fipsmodule.cnf|' +
    '[openssl_init]|providers = provider_sect|alg_section = algorithm_sect|[provider_sect]|fips = fips_sect|' +
    'base = base_sect|[base_sect]|activate = 1|[algorithm_sect]|default_properties = fips=yes';
  return [
    'mkdir -p /etc/ssl/fips',
    'openssl fipsinstall -pedantic -module "$lib/ossl-modules/fips.so" -out /etc/ssl/fips/fipsmodule.cnf',
    'sed -i "/^activate/i module = $lib/ossl-modules/fips.so" /etc/ssl/fips/fipsmodule.cnf',
    `printf '%s\\n' ${config
      .split('|')
      .map((l) => `'${l}'`)
      .join(' ')} > /${FIPS_CONFIG}`,
  ];
}

/** Shell lines that copy the chosen files into /image. */
function collect(v: Variant): string[] {
  const shell = v.recipe === 'minimal' ? '/usr/sbin/nologin' : '/bin/bash';
  const loaded = v.program === 'fips' ? [...LOADED, ...FIPS_LOADED] : LOADED;
  const programs = ['bash', 'curl', 'jq'].map((p) => `/usr/bin/${p}`).join(' ');
  const lines = (...all: string[]) => `printf '%s\\n' ${all.map((l) => `'${l}'`).join(' ')}`;
  const folders = 'proc sys dev run home mnt opt etc/ssl/certs usr/bin usr/sbin usr/lib usr/local/bin usr/share';
  return [
    `cd / && mkdir -p /image && (cd /image && mkdir -p ${folders} var/lib/dpkg/status.d)`,
    'for d in bin sbin lib; do ln -s usr/$d /image/$d; done',
    'if [ -e /lib64 ]; then mkdir /image/usr/lib64; ln -s usr/lib64 /image/lib64; cp -P /usr/lib64/ld-* /image/usr/lib64/; fi',
    'if ls /usr/lib/ld-linux-* > /dev/null 2>&1; then cp -P /usr/lib/ld-linux-* /image/usr/lib/; fi',
    `cp -P --parents ${loaded.map((f) => `$lib/${f}`).join(' ')} /image`,
    ...(v.recipe === 'tools'
      ? [
          `cp -P --parents ${programs} /image`,
          `ldd ${programs} | sed -n 's/.*=> \\([^ ]*\\) .*/\\1/p' | sort -u | xargs -I{} cp -L {} /image$lib/`,
          'ln -s bash /image/usr/bin/sh',
        ]
      : []),
    'cp -a --parents /usr/share/zoneinfo /etc/services /etc/protocols /etc/debian_version /usr/lib/os-release /image',
    'cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/',
    'ln -s ../usr/lib/os-release /image/etc/os-release',
    'ln -s /usr/share/zoneinfo/Etc/UTC /image/etc/localtime',
    ...(v.program === 'fips' ? ['cp -a --parents /etc/ssl/fips /image'] : []),
    `${lines(
      `root:x:0:0:root:/root:${shell}`,
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
      `nonroot:x:${NONROOT}:${NONROOT}:nonroot:/home/nonroot:${shell}`,
    )} > /image/etc/passwd`,
    `${lines('root:x:0:', 'nogroup:x:65534:', `nonroot:x:${NONROOT}:`)} > /image/etc/group`,
    `${lines('passwd: files', 'group: files', 'hosts: files dns')} > /image/etc/nsswitch.conf`,
    // Scanners look here for the packages of an image without dpkg: those that own a file of the image.
    `(find /image -type f | sed 's,^/image,,' | xargs dpkg-query -S 2> /dev/null || true) | sed 's/:.*//' | sort -u | while read -r p; do dpkg-query -s "$p" > "/image/var/lib/dpkg/status.d/$p"; done`,
    'install -d -m 0700 /image/root',
    'install -d -m 1777 /image/tmp /image/var/tmp',
    `install -d -m 0750 -o ${NONROOT} -g 0 /image/home/nonroot`,
    `install -d -m 0775 -o ${NONROOT} -g 0 /image/nsc`,
  ];
}

function run(commands: readonly string[]): string {
  return `RUN ${commands.join(' \\\n && ')}\n`;
}

/** The Containerfile of a variant. */
export function containerfile(v: Variant): string {
  const head =
    `# natsbox ${v.name}: ${v.description}\n` +
    '# Written by image/containerfile.ts. Before it: npm run image -- --programs dist/program\n' +
    `# Then:      podman build -f image/Containerfile.${v.name} -t natsbox:${v.suffix || 'latest'} .\n`;
  const env = environment(v)
    .map((pair) => pair.replace(/^([^=]+)=(.*)$/, '    $1="$2"'))
    .join(' \\\n');
  const settings =
    `ARG TARGETARCH=amd64\nCOPY --chmod=0755 dist/program/${v.program}/$TARGETARCH/natsbox /usr/local/bin/natsbox\n` +
    `ENV ${env.trimStart()}\n` +
    `LABEL org.opencontainers.image.title="natsbox" \\\n    org.opencontainers.image.description="${v.description}" \\\n` +
    `    org.opencontainers.image.version="${boxVersion()}" \\\n    org.opencontainers.image.licenses="Apache-2.0"\n` +
    `USER ${v.user}\nCMD ${JSON.stringify(v.cmd)}\n`;
  const fips = v.program === 'fips' ? provider() : [];
  const link = LINKS.map((l) => `ln -sf natsbox /ROOT/usr/local/bin/${l}`);
  if (v.recipe === 'full') {
    const here = link.map((l) => l.replace('/ROOT', ''));
    const own = [
      `echo 'nonroot:x:${NONROOT}:${NONROOT}:nonroot:/home/nonroot:/bin/bash' >> /etc/passwd`,
      `echo 'nonroot:x:${NONROOT}:' >> /etc/group`,
      `install -d -m 0775 -o ${NONROOT} -g 0 /nsc`,
      'find / -xdev -perm /6000 -type f -exec chmod a-s {} +',
      `printf '%s\\n' '#!/bin/bash' 'if [ "$#" -gt 0 ]; then exec "$@"; fi' 'exec /bin/bash -l' > /entrypoint.sh`,
      'chmod 0755 /entrypoint.sh',
    ];
    return `${head}FROM docker.io/library/debian:${RELEASE}-slim\n${run([...install(v), ...fips, ...own, ...here])}${settings}`;
  }
  const links = link.map((l) => l.replace('/ROOT', '/image'));
  const stage = run([...install(v), ...fips, ...collect(v), ...links]);
  return `${head}FROM docker.io/library/debian:${RELEASE}-slim AS packages\n${stage}\nFROM scratch\nCOPY --from=packages /image /\n${settings}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const v of VARIANTS) writeFileSync(join(folder, `Containerfile.${v.name}`), containerfile(v));
}
