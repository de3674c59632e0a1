#!/usr/bin/env bash
# Start-up time, memory and size of the release binaries; prints a table (medians of runs).
#   tests/bench/footprint/run.sh [build folder]
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
build=${1:-$root/build}
bin=$build/bin
work=$(mktemp -d)
daemon=0
trap '[ "$daemon" = 0 ] || kill "$daemon" 2>/dev/null || true; rm -rf "$work"' EXIT
export CAAS_HOME=$work/home CAAS_HTTP_LISTEN=127.0.0.1:0
g++ -O2 -std=c++20 "$(dirname "$0")/spawn.cc" -o "$work/spawn"

row() { printf '%-44s %12s %12s %10s\n' "$@"; }
timed() { # name, goal, runs, command...
  local name=$1 goal=$2 runs=$3
  shift 3
  read -r median p95 peak bad <<<"$("$work/spawn" "$runs" "$@")"
  [ "$bad" = 0 ] || name="$name ($bad failed)"
  row "$name" "$median ms" "$p95 ms" "$goal"
}
resident() { awk '/^VmRSS/{printf "%.1f", $2/1024}' "/proc/$1/status"; }
ready_ms() { # starts the daemon, sets $daemon, prints how long until /readyz answers
  local started
  started=$(date +%s%N)
  "$bin/caasd" 2>"$work/log" &
  daemon=$!
  until [ -S "$CAAS_HOME/data/caasd.sock" ] || [ -S "$CAAS_HOME/caasd.sock" ]; do
    kill -0 "$daemon" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.002
  done
  took=$((($(date +%s%N) - started) / 1000000))
}
stop() { kill "$daemon" && wait "$daemon" || true; daemon=0; }

row "" median p95 goal
timed "caas --version" "< 10 ms" 200 "$bin/caas" --version
timed "caas --help" "< 10 ms" 200 "$bin/caas" --help
timed "caas generate, new home, offline" "< 1 s" 5 sh -c "CAAS_HOME=\$(mktemp -d -p $work) $bin/caas generate hello --provider offline"
"$bin/caas_fill" contents 10000
timed "caas content list, 10,000 contents" "< 30 ms" 50 "$bin/caas" content list
timed "caas content list --json" "< 30 ms" 50 "$bin/caas" content list --json
ready_ms
row "caasd ready, existing database" "$took ms" "" "< 300 ms"
sleep 1
row "caasd resident, idle" "$(resident "$daemon") MB" "" "< 15 MB"
stop
"$bin/caas_fill" posts 100000
ready_ms
row "caasd ready, 100,000 scheduled" "$took ms" "" "< 300 ms"
sleep 1
row "caasd resident, 100,000 scheduled" "$(resident "$daemon") MB" "" "< 20 MB"
stop
for program in caas caasd; do
  strip -o "$work/$program" "$bin/$program"
  row "$program, stripped" "$(du -k --apparent-size "$work/$program" | cut -f1 | awk '{printf "%.1f MB", $1/1024}')" "" "< 8 MB"
done
