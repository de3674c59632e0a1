#!/bin/sh
# Looks at the pages that caasd serves by itself with a real browser: Chromium, driven by Playwright.
# usage: run.sh <folder of caas and caasd>     exit 77: skipped, with the reason
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

bin=$(cd "${1:?usage: run.sh <folder of caas and caasd>}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/browser

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
browser=/usr/lib/chromium/chromium
[ -x "$browser" ] || browser=$(command -v chromium) || skip "Chromium is not installed (apt-get install chromium)"

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the tools (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi
# Node looks for packages beside the script.
cp "$here"/*.mjs "$here/../contract/pretend.mjs" "$cache/"
exec node "$cache/pages.mjs" "$bin" "$browser"
