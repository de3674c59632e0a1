#!/bin/sh
# Looks at the pages that caasd serves by itself with a real browser: Chromium, driven by Playwright.
# usage: run.sh <folder of caas and caasd>     exit 77: skipped, with the reason
set -eu

bin=$(cd "${1:?usage: run.sh <folder of caas and caasd>}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"

browser=/usr/lib/chromium/chromium
[ -x "$browser" ] || browser=$(command -v chromium) || skip "Chromium is not installed (apt-get install chromium)"

install_packages "the tools"
# Node looks for packages beside the script.
cp "$here"/*.mjs "$here/../contract/pretend.mjs" "$cache/"
exec node "$cache/pages.mjs" "$bin" "$browser"
