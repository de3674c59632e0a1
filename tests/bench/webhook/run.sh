#!/usr/bin/env bash
# Delivers signed events of Stripe to a caasd as fast as it takes them, each of some twice, and counts what was kept.
#   tests/bench/webhook/run.sh [deliveries]      default: 20000
# Builds the release binaries first (BUILD=0: uses those in build/; BIN=FOLDER: those). CONNECTIONS=16. The pretend
# Stripe of core/sandbox answers what the daemon asks meanwhile. Fails when one delivery is lost or kept twice, or when
# fewer than 1,000 a second are taken.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
bin=${BIN:-$root/build/bin}
work=$(mktemp -d)
daemon=0 stripe=0
finish() {
  for one in "$daemon" "$stripe"; do
    [ "$one" = 0 ] || { kill "$one" && wait "$one"; } 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
command -v python3 >/dev/null || { echo "run.sh: python3 is missing" >&2; exit 77; }

if [ -z "${BIN:-}" ] && [ "${BUILD:-1}" = 1 ]; then
  (cd "$root" && cmake --preset release -DBUILD_TESTING=ON >/dev/null &&
    cmake --build build --target caas caasd caas_stripe_server >"$work/build.log") || {
    tail -40 "$work/build.log" >&2
    exit 1
  }
fi

mkfifo "$work/hold"
"$bin/caas_stripe_server" serve <"$work/hold" >"$work/stripe.port" &
stripe=$!
exec 9>"$work/hold"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
for _ in $(seq 100); do [ -s "$work/stripe.port" ] && break; sleep 0.05; done

unset CAAS_SERVER CAAS_TOKEN
export CAAS_HOME=$work/home CAAS_SHARE=${CAAS_SHARE:-$root/share}
export STRIPE_SECRET_KEY=sk_test_sandbox STRIPE_WEBHOOK_SECRET=whsec_bench
export CAAS_STRIPE_BASE_URL=http://127.0.0.1:$(head -1 "$work/stripe.port") CAAS_LOG_LEVEL=error
CAAS_HTTP_LISTEN=127.0.0.1:$port "$bin/caasd" >"$work/caasd.log" 2>&1 &
daemon=$!
for _ in $(seq 200); do
  curl -fs "http://127.0.0.1:$port/healthz" >/dev/null && break
  sleep 0.05
done
python3 "$root/tests/bench/webhook/load.py" "$port" "${1:-20000}" "${CONNECTIONS:-16}" "$work/home/caas.db"
