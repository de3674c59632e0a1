#!/usr/bin/env bash
# Installs what building, running and testing caas needs on Debian 12. Does nothing where all is there.
#   packaging/install-deps.sh           to build and run
#   packaging/install-deps.sh --tests   also what the test suite uses
set -euo pipefail

packages=(
  clang g++ cmake ninja-build pkg-config git ca-certificates tzdata
  libcli11-dev libsqlitecpp-dev libsqlite3-dev libcurl4-openssl-dev nlohmann-json3-dev
  libcpp-httplib-dev libssl-dev libspdlog-dev libtomlplusplus-dev
  libjpeg62-turbo-dev libpng-dev libwebp-dev
  libutf8proc-dev libargon2-dev libpq-dev doctest-dev scdoc
)
tests=(lld clang-format clang-tidy unicode-data python3 python3-dateutil sqlite3 curl procps make postgresql)
[ "${1:-}" = --tests ] && packages+=("${tests[@]}")

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "install-deps: these packages are missing and need root: ${missing[*]}" >&2
    exit 1
  fi
}

if [ ${#missing[@]} -gt 0 ]; then
  echo "install-deps: installing ${missing[*]}" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
fi

# Node 20.19 or newer drives the npm-based tests; without it they are skipped and say so.
[ "${1:-}" = --tests ] || exit 0
has_node() {
  command -v "$1" >/dev/null 2>&1 &&
    "$1" -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' 2>/dev/null
}
root=$(cd "$(dirname "$0")/.." && pwd)
if ! has_node node && ! has_node "$root/build/npm/node/node_modules/node/bin/node"; then
  command -v npm >/dev/null 2>&1 ||
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm >&2 || true
  # Debian 12's own Node is 18; the npm package `node` carries the binary of a newer one.
  if command -v npm >/dev/null 2>&1; then
    mkdir -p "$root/build/npm/node"
    npm install --prefix "$root/build/npm/node" --no-audit --no-fund node@20 >&2 ||
      echo "install-deps: no Node 20.19 to be had; the npm-based tests will be skipped" >&2
  fi
fi

# Chromium looks at the pages that caasd serves; without it that test is skipped and says so.
if [ ! -x /usr/lib/chromium/chromium ] && ! command -v chromium >/dev/null 2>&1; then
  (as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get update -q && apt-get install -y -q --no-install-recommends chromium') >&2 ||
    echo "install-deps: no Chromium to be had; the test with a browser will be skipped" >&2
fi
