#!/bin/sh
# Lets Stripe's own library for Node use the pretend Stripe of core/sandbox and judge signatures beside
# ours, and checks every request caas makes against Stripe's types. Packages are installed into a
# folder under build/.
# usage: run.sh <caas_stripe_server>     exit 77: skipped, with the reason
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

server=${1:?usage: run.sh <caas_stripe_server>}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/stripe
CAAS_SHARED=${CAAS_SHARED:-$root/../shared}
export CAAS_SHARED

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ -x "$server" ] || { echo "there is no program $server"; exit 1; }
[ -r "$CAAS_SHARED/tools/stripe-form-check.cjs" ] || skip "the checker is not in $CAAS_SHARED/tools"

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the packages (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi

# The checker looks for its packages beside itself.
NODE_PATH=$cache/node_modules node "$here/forms.cjs" "$server"
node "$here/library.mjs" "$cache" "$server"
