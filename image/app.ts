// The application layer: the executable, its links, and in images with a shell what makes the shell comfortable.
import { boxVersion, LINKS } from './facts.ts';
import { createTree, type Tree } from './tree.ts';
import type { Variant } from './variants.ts';

const BIN = 'usr/local/bin';

/** Shell start-up of the images with a shell: bash builtins only, because compat has no other programs. */
const PROFILE = `# Shown when an interactive shell starts; on stderr, so that output that is piped on stays clean.
case $- in
  *i*)
    echo "natsbox ${'${NATSBOX_VERSION}'}: nats, nsc, nk, nats-top; each takes --help" >&2
    ;;
esac

# nats-top asks a server's monitoring port and knows no NATS_URL of its own: pass the host on when -s is not given.
nats-top() {
  local arg
  for arg in "$@"; do
    case $arg in
      -s | -s=* | --s | --s=* | -h | -help | --help | -v | -version | --version) command nats-top "$@"; return ;;
    esac
  done
  if [ -n "${'${NATS_URL:-}'}" ]; then
    command nats-top -s "$NATS_URL" "$@"
  else
    command nats-top "$@"
  fi
}
`;

/** What charts call in place of an entry point: the command given, or a login shell. */
const ENTRYPOINT = `#!/bin/bash
if [ "$#" -gt 0 ]; then
  exec "$@"
fi
exec /bin/bash -l
`;

/** The tree of the application layer. `program` is the executable's bytes, `license` the project's licence text. */
export function application(variant: Variant, program: Uint8Array, license: Uint8Array): Tree {
  const tree = createTree();
  tree.file(`${BIN}/natsbox`, program, 'natsbox', 0o755);
  for (const link of LINKS) tree.link(`${BIN}/${link}`, 'natsbox', 'natsbox');
  tree.file('usr/share/doc/natsbox/copyright', license, 'natsbox');
  if (variant.recipe === 'minimal') return tree;
  tree.file('etc/profile.d/natsbox.sh', PROFILE, 'natsbox');
  tree.file('entrypoint.sh', ENTRYPOINT, 'natsbox', 0o755);
  if (variant.recipe === 'tools') tree.file('etc/profile', '. /etc/profile.d/natsbox.sh\n', 'natsbox');
  return tree;
}

/** Version the layer is for, as its comment in the image's history says. */
export function comment(): string {
  return `natsbox ${boxVersion()}`;
}
