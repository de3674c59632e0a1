#!/bin/sh
# Signs in at a real authorization server from npm (oidc-provider), on loopback. Packages are
# installed into a folder under build/, which takes half a minute the first time.
# usage: run.sh <test_real_oidc>      exit 77: skipped, with the reason printed
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

program=${1:?usage: run.sh <test_real_oidc>}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/oidc

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || skip "node $major is too old for the server: it needs 20 or newer"
[ -x "$program" ] || { echo "there is no program $program"; exit 1; }

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    rm -f "$cache/installed-lock.json"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the authorization server (see above)"
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

CAAS_TEST_OIDC_REDIRECT=http://127.0.0.1:8765/callback
export CAAS_TEST_OIDC_REDIRECT
node "$here/serve.mjs" "$cache" "$CAAS_TEST_OIDC_REDIRECT" >"$work/ready" 2>"$work/server.log" &
server=$!
waited=0
until [ -s "$work/ready" ]; do
    kill -0 "$server" 2>/dev/null || {
        tail -20 "$work/server.log"
        echo "the authorization server did not start"
        exit 1
    }
    [ "$waited" -lt 60 ] || {
        echo "the authorization server was not ready after 60 s"
        exit 1
    }
    sleep 1
    waited=$((waited + 1))
done

CAAS_TEST_OIDC=$(head -1 "$work/ready")
export CAAS_TEST_OIDC
"$program"
