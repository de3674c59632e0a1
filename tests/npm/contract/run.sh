#!/bin/sh
# Checks the OpenAPI document of a running caasd with the tools that others will use on it: redocly
# and spectral lint it, a TypeScript client made from it type-checks, and prism stands between a
# client and the daemon, and between the command line and the daemon, and compares every request and
# answer with it.
# usage: run.sh <folder of caas and caasd>     exit 77: skipped, with the reason
set -eu

bin=$(cd "${1:?usage: run.sh <folder of caas and caasd>}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/npm/install.sh
. "$here/../install.sh"

for program in caas caasd caas_stripe_server; do
    [ -x "$bin/$program" ] || { echo "there is no program $bin/$program"; exit 1; }
done

install_packages "the tools"

home=$(mktemp -d)
daemon=
proxy=
pretend=
finish() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    [ -z "$pretend" ] || kill "$pretend" 2>/dev/null || true
    # The pretend Stripe ends with its standard input, which is this.
    exec 9>&-
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

# A port of one's own, known before the start, since it is part of the public address.
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
address=127.0.0.1:$port
node "$here/pretend.mjs" >"$home/pretend.log" 2>&1 &
pretend=$!
platforms=$(await "$home/pretend.log" 's/^pretend platforms at (.*)/\1/p')
mkfifo "$home/stripe.in"
"$bin/caas_stripe_server" serve <"$home/stripe.in" >"$home/stripe.log" 2>&1 &
exec 9>"$home/stripe.in"
stripe=http://127.0.0.1:$(await "$home/stripe.log" 's/^([0-9]+)$/\1/p')
export STRIPE_SECRET_KEY=sk_test_sandbox STRIPE_WEBHOOK_SECRET=whsec_sandbox CAAS_STRIPE_BASE_URL="$stripe" \
    CAAS_PLANS_DEFAULT=team
export CAAS_PLATFORMS_X_CLIENT_ID=an-x-client CAAS_PLATFORMS_X_CLIENT_SECRET=an-x-secret \
    CAAS_PLATFORMS_X_BASE_URL="$platforms" CAAS_PLATFORMS_X_AUTHORIZE_URL="$platforms/i/oauth2/authorize" \
    CAAS_PLATFORMS_X_TOKEN_URL="$platforms/2/oauth2/token" \
    CAAS_PLATFORMS_FACEBOOK_CLIENT_ID=a-page-client CAAS_PLATFORMS_FACEBOOK_CLIENT_SECRET=a-page-secret \
    CAAS_PLATFORMS_FACEBOOK_BASE_URL="$platforms" CAAS_PLATFORMS_FACEBOOK_AUTHORIZE_URL="$platforms" \
    CAAS_HTTP_PUBLIC_URL="http://$address" CAAS_AUTH_REGISTRATION=open \
    CAAS_AUTH_ARGON2_MEMORY_KIB=64 CAAS_AUTH_ARGON2_PASSES=1

export CAAS_HOME="$home"
link=$("$bin/caas" user create --email owner@example.org --json |
    node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).token)')
token=$("$bin/caas" token create --scope admin --name contract --json |
    node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).token)')
"$bin/caasd" --listen "$address" 2>"$home/caasd.log" &
daemon=$!
await "$home/caasd.log" 's/.*"event":"daemon.ready".*"address":"([^"]+)".*/\1/p' >/dev/null

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
listening=$(await "$home/prism.log" 's/.*Prism is listening on (http:[^ ]+).*/\1/p')
node "$here/calls.mjs" "$listening" openapi.json \
    "{\"token\":\"$token\",\"link\":\"$link\",\"home\":\"$home\",\"origin\":\"http://$address\",\"stripe\":\"$stripe\"}" || failed=1
wait $redocly && ! grep -q "You have" redocly.log ||
    { cat redocly.log; echo "redocly found something"; failed=1; }
wait $spectral || { cat spectral.log; echo "spectral found something"; failed=1; }

# The black-box tests of the command line, with prism in between. It lets nothing pass that the
# document does not say, so its own answers make them fail; its log says what of it was wrong. That
# somebody shows no token is tried on purpose.
kill "$daemon" && wait "$daemon" || true
daemon=
unset CAAS_HOME STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET CAAS_STRIPE_BASE_URL CAAS_PLANS_DEFAULT
seen=$(wc -l <"$home/prism.log")
CAAS_TEST_PROXY="$address $listening"
export CAAS_TEST_PROXY
"$root/tests/program/cli_test.sh" "$bin/caas" "$bin/caasd" remote || failed=1
CAAS_BIN=$bin python3 -B "$root/tests/program/remote_test.py" 2>"$home/remote.log" ||
    { cat "$home/remote.log"; failed=1; }
if tail -n "+$seen" "$home/prism.log" | grep -E 'Violation|terminated with error' | grep -v '#UNAUTHORIZED'; then
    echo "prism found something in what the command line and caasd say to each other"
    failed=1
fi
[ $failed = 0 ] && echo "redocly, spectral, TypeScript and prism have nothing to say against the API"
exit $failed
