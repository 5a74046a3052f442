// The images there are, as data: what each is for, whose packages it holds, and who runs in it.

/** How much of the packages goes in: chosen files, chosen files and the named programs, or whole packages with apt. */
export type Recipe = 'minimal' | 'tools' | 'full';

/** One image variant. */
export interface Variant {
  readonly name: string;
  /** Tag of the image; the plain version for the runtime variant, `<version>-<suffix>` for the others. */
  readonly suffix: string;
  readonly description: string;
  readonly recipe: Recipe;
  /** Debian packages: named one by one for chosen files, else the roots whose dependencies come along. */
  readonly packages: readonly string[];
  /** Packages that `packages` would bring along and that the chosen files do not need. */
  readonly without: readonly string[];
  /** Numeric, because Kubernetes' runAsNonRoot cannot look names up. */
  readonly user: string;
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The program: compiled with Bun, or the Node executable under OpenSSL's FIPS provider. */
  readonly program: 'bun' | 'fips';
  /** Largest compressed size in bytes (sum of the layers), checked after each build. */
  readonly budget: number;
}

/** Uid and gid of the user the images run as, the one hardened images have agreed on. */
export const NONROOT = 65532;

const MINIMAL = ['base-files', 'ca-certificates', 'gcc-14-base', 'libc6', 'libgcc-s1', 'tzdata', 'netbase'];

const FIPS = ['openssl-provider-fips', 'libstdc++6', 'libatomic1'];

/** A root's system: a shell, apt with its keys, and the small programs that people and charts expect beside them. */
const DEV = [
  ...MINIMAL,
  'apt',
  'base-passwd',
  'bash',
  'bsdutils',
  'coreutils',
  'curl',
  'dash',
  'debian-archive-keyring',
  'debianutils',
  'diffutils',
  'dpkg',
  'findutils',
  'grep',
  'gzip',
  'hostname',
  'init-system-helpers',
  'jq',
  'less',
  'libc-bin',
  'mawk',
  'ncurses-base',
  'ncurses-bin',
  'perl-base',
  'procps',
  'sed',
  'sysvinit-utils',
  'tar',
  'util-linux',
];

const nonroot = `${NONROOT}:${NONROOT}`;
const help = ['natsbox', '--help'];
const system = { DEBIAN_FRONTEND: 'noninteractive' };

/** Every variant by name. */
export const VARIANTS: readonly Variant[] = [
  {
    name: 'runtime',
    suffix: '',
    description: 'nats, nsc, nk and nats-top; no shell, no package manager, not root',
    recipe: 'minimal',
    packages: MINIMAL,
    without: [],
    user: nonroot,
    cmd: help,
    env: {},
    program: 'bun',
    budget: 56_000_000,
  },
  {
    name: 'compat',
    suffix: 'compat',
    description: 'the runtime image with bash, curl and jq; not root',
    recipe: 'tools',
    packages: [...MINIMAL, 'bash', 'curl', 'jq'],
    without: ['mawk', 'debianutils', 'debconf', 'openssl', 'openssl-provider-legacy'],
    user: nonroot,
    cmd: ['/bin/bash'],
    env: {},
    program: 'bun',
    budget: 72_000_000,
  },
  {
    name: 'dev',
    suffix: 'dev',
    description: 'nats, nsc, nk and nats-top on Debian with bash, apt, curl and jq; root',
    recipe: 'full',
    packages: DEV,
    without: [],
    user: '0:0',
    cmd: ['/bin/bash'],
    env: system,
    program: 'bun',
    budget: 105_000_000,
  },
  {
    name: 'fips',
    suffix: 'fips',
    description: 'the runtime image in FIPS mode; the module in it is not a validated one',
    recipe: 'minimal',
    packages: [...MINIMAL, ...FIPS],
    without: [],
    user: nonroot,
    cmd: help,
    env: {},
    program: 'fips',
    budget: 56_000_000,
  },
  {
    name: 'fips-dev',
    suffix: 'fips-dev',
    description: 'the dev image in FIPS mode; the module in it is not a validated one',
    recipe: 'full',
    packages: [...DEV, ...FIPS],
    without: [],
    user: '0:0',
    cmd: ['/bin/bash'],
    env: system,
    program: 'fips',
    budget: 105_000_000,
  },
];

/** The variant of that name; throws with the names there are. */
export function variant(name: string): Variant {
  const found = VARIANTS.find((v) => v.name === name);
  if (!found) throw new Error(`no variant "${name}"; there are ${VARIANTS.map((v) => v.name).join(', ')}`);
  return found;
}
