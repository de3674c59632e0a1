#!/bin/sh
# Checks the OpenAPI document of a running caasd with the tools that others will use on it: redocly
# and spectral lint it, a TypeScript client made from it type-checks, and prism stands between a
# client and the daemon and compares every request and answer with it.
# usage: run.sh <folder of caas and caasd>     exit 77: skipped, with the reason
set -eu

skip() {
    echo "SKIPPED: $1"
    exit 77
}

bin=${1:?usage: run.sh <folder of caas and caasd>}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/build/npm/contract

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
for program in caas caasd; do
    [ -x "$bin/$program" ] || { echo "there is no program $bin/$program"; exit 1; }
done

mkdir -p "$cache"
if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install the tools (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
fi

home=$(mktemp -d)
daemon=
proxy=
finish() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$home"
}
trap finish EXIT

# Waits until a log has a line, and prints what the pattern's group caught.
await() {
    for _ in $(seq 300); do
        found=$(sed -nE "$2" "$1" | head -1)
        [ -z "$found" ] || { echo "$found"; return; }
        sleep 0.1
    done
    cat "$1" >&2
    exit 1
}

export CAAS_HOME="$home"
token=$("$bin/caas" token create --scope admin --name contract --json |
    node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).token)')
"$bin/caasd" --listen 127.0.0.1:0 2>"$home/caasd.log" &
daemon=$!
address=$(await "$home/caasd.log" 's/.*"event":"daemon.ready".*"address":"([^"]+)".*/\1/p')

cp "$here/redocly.yaml" "$here/spectral.yaml" "$here/client.ts" "$cache/"
cd "$cache"
node -e 'fetch(process.argv[1]).then(r => r.text()).then(t => require("fs").writeFileSync("openapi.json", t))' \
    "http://$address/api/schema/"

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
failed=0
# Side by side: most of the time is that of starting node.
node node_modules/@redocly/cli/bin/cli.js lint openapi.json --config redocly.yaml \
    --format stylish >redocly.log 2>&1 &
redocly=$!
node node_modules/.bin/spectral lint openapi.json -r spectral.yaml --fail-severity hint \
    >spectral.log 2>&1 &
spectral=$!
node node_modules/.bin/prism proxy -h 127.0.0.1 -p 0 --errors openapi.json "http://$address" \
    >"$home/prism.log" 2>&1 &
proxy=$!
node node_modules/.bin/openapi-typescript openapi.json --default-non-nullable=false -o api.d.ts >typescript.log 2>&1 &&
    node node_modules/.bin/tsc --noEmit --strict --target es2022 --module esnext \
        --moduleResolution bundler --lib es2022,dom client.ts >>typescript.log 2>&1 ||
    { cat typescript.log; echo "the TypeScript client does not type-check"; failed=1; }
wait $redocly && ! grep -q "You have" redocly.log ||
    { cat redocly.log; echo "redocly found something"; failed=1; }
wait $spectral || { cat spectral.log; echo "spectral found something"; failed=1; }

listening=$(await "$home/prism.log" 's/.*Prism is listening on (http:[^ ]+).*/\1/p')
node "$here/calls.mjs" "$listening" "$token" openapi.json || failed=1
[ $failed = 0 ] && echo "redocly, spectral, TypeScript and prism have nothing to say against the API"
exit $failed
