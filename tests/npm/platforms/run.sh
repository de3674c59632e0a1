#!/bin/sh
# Lets independent clients use the pretend platforms of core/sandbox, so that those do not only agree
# with us. Packages are installed into a folder under build/.
# usage: run.sh <caas_platform_server>     exit 77: skipped, with the reason
set -eu

server=${1:?usage: run.sh <caas_platform_server>}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"

[ -x "$server" ] || { echo "there is no program $server"; exit 1; }

install_packages "the clients"

failed=0
for client in x mastodon bluesky; do
    node "$here/$client.mjs" "$cache" "$server" || failed=1
done
exit $failed
