#!/bin/sh
# Publishes to a real Bluesky server from npm, on loopback. Packages are installed into a folder
# under build/, which takes about three minutes the first time.
# usage: run.sh <test_real_bluesky> [<caas> <caasd>]      exit 77: skipped, with the reason printed
# With the programs, they do the main job on the same server as well.
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

program=${1:?usage: run.sh <test_real_bluesky> [<caas> <caasd>]}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/bluesky

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || skip "node $major is too old for the server: it needs 18 or newer"
[ -x "$program" ] || { echo "there is no program $program"; exit 1; }

# better-sqlite3 is compiled where its ready-made binary cannot be had; Debian's headers of the same
# node spare a download.
header=/usr/include/node/node_version.h
if [ -z "${npm_config_nodedir:-}" ] && grep -qs "define NODE_MAJOR_VERSION $major\$" "$header"; then
    export npm_config_nodedir=/usr
fi

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    rm -f "$cache/installed-lock.json"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the Bluesky server (see above)"
    }
    (cd "$cache" && node -e 'new (require("better-sqlite3"))(":memory:")' 2>>npm.log) || {
        tail -5 "$cache/npm.log"
        skip "better-sqlite3, which the server needs, could not be built (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi

work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

LOG_ENABLED=false node "$here/serve.cjs" "$cache" "$work/data" >"$work/ready" 2>"$work/server.log" &
server=$!
waited=0
until [ -s "$work/ready" ]; do
    kill -0 "$server" 2>/dev/null || {
        tail -20 "$work/server.log"
        echo "the Bluesky server did not start"
        exit 1
    }
    [ "$waited" -lt 120 ] || {
        echo "the Bluesky server was not ready after 120 s"
        exit 1
    }
    sleep 1
    waited=$((waited + 1))
done

CAAS_TEST_PDS=$(node -p 'JSON.parse(require("fs").readFileSync(0)).pds' <"$work/ready")
CAAS_TEST_PDS_JWT_SECRET=$(node -p 'JSON.parse(require("fs").readFileSync(0)).jwtSecret' <"$work/ready")
export CAAS_TEST_PDS CAAS_TEST_PDS_JWT_SECRET
"$program"
[ $# -lt 3 ] || node "$here/command.mjs" "$2" "$3"
