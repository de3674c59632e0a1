#!/bin/sh
# Lets independent clients use the pretend platforms of core/sandbox, so that those do not only agree
# with us. Packages are installed into a folder under build/.
# usage: run.sh <caas_platform_server>     exit 77: skipped, with the reason
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

server=${1:?usage: run.sh <caas_platform_server>}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/platforms

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ -x "$server" ] || { echo "there is no program $server"; exit 1; }

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the clients (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi

failed=0
for client in x mastodon bluesky; do
    node "$here/$client.mjs" "$cache" "$server" || failed=1
done
exit $failed
