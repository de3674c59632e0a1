#!/bin/sh
# Lets Stripe's own library for Node use the pretend Stripe of core/sandbox and judge signatures beside
# ours, and checks every request caas makes against Stripe's types. Packages are installed into a
# folder under build/.
# usage: run.sh <caas_stripe_server>     exit 77: skipped, with the reason
set -eu

server=${1:?usage: run.sh <caas_stripe_server>}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"
CAAS_SHARED=${CAAS_SHARED:-$root/../shared}
export CAAS_SHARED

[ -x "$server" ] || { echo "there is no program $server"; exit 1; }
[ -r "$CAAS_SHARED/tools/stripe-form-check.cjs" ] || skip "the checker is not in $CAAS_SHARED/tools"

install_packages "the packages"

# The checker looks for its packages beside itself.
NODE_PATH=$cache/node_modules node "$here/forms.cjs" "$server"
node "$here/library.mjs" "$cache" "$server"
