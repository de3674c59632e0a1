#!/usr/bin/env bash
# Measures the HTTP API beside Node's Fastify with better-sqlite3 on this machine and prints the table of goals.
#   tests/bench/http/run.sh [route …]      routes: list add healthz (default: all)
# Builds the release binaries first (BUILD=0: uses those in build/; BIN=FOLDER: those). REPS=3 medians of SECS=4 s each,
# CONNECTIONS="1 16 64". FASTIFY_HOME: where npm installs the peer (default /tmp/caas-bench/fastify), never here.
# Both answer in turns, never at once, so that what else the machine does hits them alike. Needs wrk; without node or
# npm only our own figures are printed.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
here=$root/tests/bench/http
bin=${BIN:-$root/build/bin}
reps=${REPS:-3} secs=${SECS:-4} connections=${CONNECTIONS:-1 16 64}
routes=${*:-list add healthz}
peer_home=${FASTIFY_HOME:-/tmp/caas-bench/fastify}
work=$(mktemp -d)
daemon=0 peer=0
finish() {
  for one in "$daemon" "$peer"; do
    [ "$one" = 0 ] || { kill "$one" && wait "$one"; } 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
command -v wrk >/dev/null || { echo "run.sh: wrk is missing (apt install wrk)" >&2; exit 77; }

if [ -z "${BIN:-}" ] && [ "${BUILD:-1}" = 1 ]; then
  (cd "$root" && cmake --preset release -DBUILD_TESTING=ON >/dev/null &&
    cmake --build build --target caas caasd caas_fill >"$work/build.log") || {
    tail -40 "$work/build.log" >&2
    exit 1
  }
fi

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
answers() { # waits until something answers at this port
  for _ in $(seq 200); do
    curl -fs "http://127.0.0.1:$1/healthz" >/dev/null && return
    sleep 0.05
  done
  echo "run.sh: nobody answers at port $1" >&2
  cat "$work"/*.log >&2
  exit 1
}

unset CAAS_SERVER CAAS_TOKEN
export CAAS_HOME=$work/home CAAS_SHARE=${CAAS_SHARE:-$root/share}
"$bin/caas_fill" contents 10000
BENCH_TOKEN=$("$bin/caas" token create --scope publish --name bench --quiet)
export BENCH_TOKEN
ours=$(port)
CAAS_HTTP_LISTEN=127.0.0.1:$ours "$bin/caasd" >"$work/caasd.log" 2>&1 &
daemon=$!
answers "$ours"

theirs=
if command -v node >/dev/null && command -v npm >/dev/null; then
  if [ ! -d "$peer_home/node_modules/better-sqlite3" ]; then
    mkdir -p "$peer_home"
    (cd "$peer_home" && npm init -y && npm install --no-audit --no-fund fastify@5 better-sqlite3@12) >"$work/npm.log" 2>&1 || tail -5 "$work/npm.log" >&2
  fi
  mkdir "$work/peer"
  python3 - "$CAAS_HOME/caas.db" "$work/peer/caas.db" <<'PYTHON'
import sqlite3, sys
source, target = (sqlite3.connect(name) for name in sys.argv[1:])
source.backup(target)
target.execute("PRAGMA journal_mode = WAL")
target.close()
PYTHON
  cp "$here/peer.js" "$peer_home/peer.js"
  theirs=$(port)
  (cd "$peer_home" && exec node peer.js "$work/peer/caas.db" "$theirs") >"$work/peer.log" 2>&1 &
  peer=$!
  answers "$theirs"
else
  echo "peer skipped: no node or npm" >&2
fi

resident() { awk '/^VmRSS/{print $2}' "/proc/$1/status"; }
load() { # who, port, route, connections
  local path=/healthz
  [ "$3" = healthz ] || path=/api/v1/content
  [ "$3" != list ] || path="$path?limit=20"
  printf '%s\t%s\t%s\t%s\n' "$1" "$3" "$4" "$(BENCH_ROUTE=$3 wrk -t1 -c"$4" -d"${secs}s" -s "$here/load.lua" "http://127.0.0.1:$2$path" | tail -1)" >>"$work/results.tsv"
}
echo "$(nproc) processors, load before: $(cut -d' ' -f1-3 /proc/loadavg)"
for ((rep = 0; rep < reps; ++rep)); do
  for route in $routes; do
    for count in $connections; do
      load caas "$ours" "$route" "$count"
      [ -z "$theirs" ] || load peer "$theirs" "$route" "$count"
    done
  done
done
printf 'caas\tmemory\t0\t{"kb":%s}\n' "$(resident "$daemon")" >>"$work/results.tsv"
[ -z "$theirs" ] || printf 'peer\tmemory\t0\t{"kb":%s}\n' "$(resident "$peer")" >>"$work/results.tsv"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
python3 "$here/table.py" "$work/results.tsv"
