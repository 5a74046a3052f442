#!/usr/bin/env bash
# Downloads, verifies and unpacks natsbox for a job. Reads VERSION and BASE (or SERVER and REPOSITORY), writes to the
# files GITHUB_PATH and GITHUB_OUTPUT.
set -euo pipefail

base=${BASE:-$SERVER/$REPOSITORY/releases/download/v$VERSION}
case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) echo "natsbox is not built for $(uname -s)" >&2; exit 1 ;;
esac
case $(uname -m) in
  x86_64 | amd64) cpu=x64 ;;
  arm64 | aarch64) cpu=arm64 ;;
  *) echo "natsbox is not built for $(uname -m)" >&2; exit 1 ;;
esac
target=$os-$cpu
if [ "$os" = linux ] && ls /lib/ld-musl-* > /dev/null 2>&1; then target=$target-musl; fi
name=natsbox-$VERSION-$target
file=$name.tar.gz
if [ "$os" = windows ]; then file=$name.zip; fi

to=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:-/tmp}}/natsbox/$VERSION
mkdir -p "$to"
cd "$to"
get() { curl --fail --silent --show-error --location --retry 3 --output "$1" "$base/$1"; }
get SHA256SUMS
get "$file"
line=$(grep "  $file\$" SHA256SUMS) || { echo "SHA256SUMS does not list $file" >&2; exit 1; }
if command -v sha256sum > /dev/null; then echo "$line" | sha256sum --check --quiet -; else echo "$line" | shasum -a 256 --check --quiet -; fi
if [ "$os" = windows ]; then unzip -q -o "$file"; else tar -xzf "$file"; fi
rm "$file"

echo "$to/$name/bin" >> "$GITHUB_PATH"
echo "path=$to/$name/bin" >> "$GITHUB_OUTPUT"
"$to/$name/bin/natsbox" --version
