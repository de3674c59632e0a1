#!/bin/sh
# Checks what core/provider sends against the published specifications, and lets the official SDKs
# read what core/sandbox answers. Packages are installed into a folder under build/.
# usage: run.sh <caas_provider_probe> <caas_sandbox_server>     exit 77: skipped, with the reason
set -eu

probe=${1:?usage: run.sh <caas_provider_probe> <caas_sandbox_server>}
server=${2:?usage: run.sh <caas_provider_probe> <caas_sandbox_server>}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"

for program in "$probe" "$server"; do
    [ -x "$program" ] || { echo "there is no program $program"; exit 1; }
done

install_packages "the SDKs and prism"

CAAS_SHARED=${CAAS_SHARED:-$root/../shared}
export CAAS_SHARED
"$probe" "$root/share/prompts" >"$cache/requests.json"

# The specifications take seconds to load, so all three run side by side.
node "$here/specification.mjs" "$cache" >"$cache/specification.log" 2>&1 &
specification=$!
node "$here/protos.mjs" "$cache" >"$cache/protos.log" 2>&1 &
protos=$!
failed=0
node "$here/sdks.mjs" "$cache" "$server" || failed=1
wait $protos || failed=1
cat "$cache/protos.log"
wait $specification || failed=1
cat "$cache/specification.log"
exit $failed
