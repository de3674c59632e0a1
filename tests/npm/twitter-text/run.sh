#!/bin/sh
# Installs npm's twitter-text into a folder under build/ and compares core/text with it.
# usage: run.sh <path of caas_text_probe>      exit 77: skipped, with the reason printed
set -eu

probe=${1:?usage: run.sh <path of caas_text_probe>}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"

[ -x "$probe" ] || { echo "there is no program $probe"; exit 1; }

install_packages "twitter-text"
exec node "$here/compare.mjs" "$probe" "$cache"
