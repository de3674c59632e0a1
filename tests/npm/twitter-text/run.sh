#!/bin/sh
# Installs npm's twitter-text into a folder under build/ and compares core/text with it.
# usage: run.sh <path of caas_text_probe>      exit 77: skipped, with the reason printed
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

probe=${1:?usage: run.sh <path of caas_text_probe>}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/twitter-text

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ -x "$probe" ] || { echo "there is no program $probe"; exit 1; }

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install twitter-text (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi
exec node "$here/compare.mjs" "$probe" "$cache"
