#!/usr/bin/env bash
# Measures the delivery queue and its peers on this machine and prints the table of goals with ratios.
#   tests/bench/queue/run.sh [part …]      parts: schedule deliver late memory idle kill grow http postgres (default: all)
# Builds the release binaries first (BUILD=0: uses those in build/). REPS=3 medians. RESULTS=FILE keeps and adds up
# the raw figures of several runs. PEERS=FOLDER: the peers' scripts (default: ../shared/bench beside the
# repository); they need redis-server, node and npm, and are left out, visibly, where they are missing.
# postgres: beside graphile-worker, on a private server with fsync and synchronous_commit on.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
here=$root/tests/bench/queue
bin=$root/build/bin
reps=${REPS:-3}
parts=${*:-schedule deliver late memory idle kill grow http postgres}
work=$(mktemp -d)
results=${RESULTS:-$work/results.tsv}
peers=${PEERS:-$root/../shared/bench}
export BULLMQ_HOME=${BULLMQ_HOME:-/tmp/caas-bench/bullmq} RDIR=$work/redis
export PGB_HOME=${PGB_HOME:-/tmp/caas-bench/graphile}
touch "$results"
finish() {
  [ ! -d "$work/peers" ] || bash "$work/peers/lib/redis.sh" stop 2>/dev/null || true
  [ "${daemon:-0}" = 0 ] || kill "$daemon" 2>/dev/null || true
  [ ! -d "$work/server" ] || bash "$root/tests/fake/postgres.sh" stop "$work/server"
  rm -rf "$work"
}
trap finish EXIT

if [ "${BUILD:-1}" = 1 ]; then
  (cd "$root" && cmake --preset release -DBUILD_TESTING=ON >/dev/null &&
    cmake --build build --target caas caasd caas_fill caas_bench_queue >"$work/build.log") || {
    tail -40 "$work/build.log" >&2
    exit 1
  }
fi

has() { [[ " $parts " == *" $1 "* ]]; }
keep() { printf '%s\t%s\t%s\n' "$@" >>"$results"; } # who, what, one line of JSON
ours() { # what, arguments of caas_bench_queue
  local what=$1
  shift
  keep caas "$what" "$(timeout 300 "$bin/caas_bench_queue" "$@" --folder "$work")"
}

is_there() { # whether all these programs are installed
  local program
  for program; do command -v "$program" >/dev/null || return; done
}
modes=
if [ -d "$peers/bullmq" ] && is_there redis-server node npm; then
  cp -r "$peers" "$work/peers" && chmod -R u+w "$work/peers"
  [ -d "$BULLMQ_HOME/node_modules/bullmq" ] || { mkdir -p "$BULLMQ_HOME" && (cd "$BULLMQ_HOME" && npm init -y && npm i bullmq ioredis) >/dev/null 2>&1; }
  modes=${MODES:-always everysec}
else
  echo "peers skipped: no $peers/bullmq, redis-server, node or npm" >&2
fi
theirs() { # what, script and arguments
  local what=$1
  shift
  [ -n "$modes" ] || return 0
  keep "$mode" "$what" "$(cd "$work/peers/bullmq" && timeout 300 node "$@" | tail -1)"
}

for ((rep = 0; rep < reps; ++rep)); do
  if has schedule; then # 97 accounts, as the peers' payloads name
    ours schedule.single schedule --mode single --posts 3000 --accounts 97
    ours schedule.par schedule --mode par --callers 50 --posts 20000 --accounts 97
    ours schedule.bulk schedule --mode bulk --posts 50000 --accounts 97
  fi
  if has deliver; then # posts of one account go one at a time: 1,000 accounts
    ours deliver.1 deliver --callers 1 --posts 3000
    ours deliver.10 deliver --callers 10 --posts 20000
    ours deliver.50 deliver --callers 50 --posts 40000
  fi
  if has late; then
    ours late.even late --shape even --callers 50
    ours late.burst late --shape burst --callers 50
  fi
  if has http; then
    ours http.10 http --callers 10 --posts 4000
    ours http.50 http --callers 50 --posts 4000
  fi
  for mode in $modes; do
    bash "$work/peers/lib/redis.sh" start "$mode" >/dev/null
    if has schedule; then
      theirs schedule.single enqueue.js --mode single --n 3000
      theirs schedule.par enqueue.js --mode par50 --n 10000
      theirs schedule.bulk enqueue.js --mode bulk500 --n 20000
    fi
    if has deliver; then
      theirs deliver.1 process.js --c 1 --n 1500
      theirs deliver.10 process.js --c 10 --n 5000
      theirs deliver.50 process.js --c 50 --n 10000
    fi
    if has late; then
      theirs late.burst lateness.js --shape burst --c 50 --lead 4000
      theirs late.even lateness.js --shape even --c 50 --lead 4000
    fi
    bash "$work/peers/lib/redis.sh" stop
  done
done

export CAAS_HTTP_LISTEN=127.0.0.1:0
resident() { awk '/^VmRSS/{printf "%.1f", $2/1024}' "/proc/$1/status"; }
start_daemon() { # starts caasd in $CAAS_HOME, sets $daemon and $took
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
stop_daemon() { kill "$daemon" && wait "$daemon" || true; daemon=0; }
cpu_ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
switches() { cat /proc/"$1"/task/*/status | awk '/^voluntary_ctxt/{n += $2} END{print n}'; }

if has memory; then
  for posts in 100000 1000000; do
    export CAAS_HOME=$work/home-$posts
    "$bin/caas_fill" posts "$posts"
    for ((rep = 0; rep < reps; ++rep)); do
      start_daemon
      sleep 1
      keep caas "memory.$posts" "{\"mb\":$(resident "$daemon")}"
      keep caas "ready.$posts" "{\"ms\":$took}"
      stop_daemon
    done
    rm -rf "$CAAS_HOME"
  done
  for mode in ${modes:+everysec}; do
    RP=$(bash "$work/peers/lib/redis.sh" start "$mode")
    theirs memory.100000 memory.js --n 100000 --rpid "$RP"
    bash "$work/peers/lib/redis.sh" stop
  done
  ours next next --posts 1000000 --accounts 10000
fi
if has idle; then # 20 s with posts an hour away: processor time and wake-ups of all threads
  export CAAS_HOME=$work/home-idle
  "$bin/caas_fill" posts 1000
  start_daemon
  sleep 3
  ticks=$(cpu_ticks "$daemon") before=$(switches "$daemon")
  sleep 20
  keep caas idle "{\"cpu_percent\":$(awk -v t=$(($(cpu_ticks "$daemon") - ticks)) -v hz="$(getconf CLK_TCK)" 'BEGIN{printf "%.3f", t / hz / 20 * 100}'),\"wake_ups\":$(($(switches "$daemon") - before))}"
  stop_daemon
fi

if has kill; then
  for ((rep = 0; rep < reps; ++rep)); do
    keep caas kill "$(CAAS_BIN=$bin python3 -B "$here/kill.py")"
  done
fi

if has postgres; then
  server=$work/server
  chmod 711 "$work" # the server has a user of its own
  bash "$root/tests/fake/postgres.sh" start "$server" --durable
  port=$(cat "$server/port")
  export PGURL=postgres://caas:of-a-test@127.0.0.1:$port/bench
  sql() { psql -q -h "$server" -p "$port" -U caas -d caas -c "$1"; }
  sql 'ALTER SYSTEM SET autovacuum = on'
  sql "ALTER SYSTEM SET shared_buffers = '512MB'"
  bash "$root/tests/fake/postgres.sh" crash "$server"
  bash "$root/tests/fake/postgres.sh" go "$server"
  on_postgres() { # what, arguments of caas_bench_queue
    sql 'DROP DATABASE IF EXISTS ours WITH (FORCE)'
    sql 'CREATE DATABASE ours'
    ours "$@" --database "postgresql://caas@/ours?host=$server&port=$port"
  }
  graphile() { # plain or local, what, arguments
    local variant=$1 what=$2
    shift 2
    keep "$variant" "$what" "$(cd "$work/peers" && timeout 300 node pg/gw.js "$@" | tail -1)"
  }
  [ -z "$modes" ] || [ -d "$PGB_HOME/node_modules/graphile-worker" ] ||
    { mkdir -p "$PGB_HOME" && (cd "$PGB_HOME" && npm init -y && npm i graphile-worker pg) >/dev/null 2>&1; }
  for ((rep = 0; rep < reps; ++rep)); do
    on_postgres pg.deliver.1 deliver --callers 1 --posts 1500
    on_postgres pg.deliver.10 deliver --callers 10 --posts 6000
    on_postgres pg.deliver.50 deliver --callers 50 --posts 20000
    on_postgres pg.burst late --shape burst --callers 50 --lead 20
    [ -n "$modes" ] || continue
    graphile plain pg.deliver.1 --what process --c 1 --n 1500
    graphile plain pg.deliver.10 --what process --c 10 --n 6000
    graphile plain pg.deliver.50 --what process --c 50 --n 10000
    graphile local pg.deliver.50 --what process --c 50 --n 20000 --batch 1
    graphile local pg.burst --what lateness --shape burst --c 50 --n 10000 --batch 1
  done
  bash "$root/tests/fake/postgres.sh" stop "$server"
fi
has grow && ours grow grow --callers 50 --posts 1000000

echo "$(date +%F), $(nproc) cores, $(. /etc/os-release && echo "$PRETTY_NAME"), median of $reps"
python3 "$here/table.py" "$results"
cat <<'NOTES'
caas sends posts of one account in order, one at a time; BullMQ knows no order. Posts lie on 97 accounts where they
are scheduled (as in the peers' payloads), on 1,000 where they are delivered, on 10,000 for the next-due query.
A scheduled caas post points at a stored version, which is checked against its platform's rules; a BullMQ job carries
its text. Both are on disk when the call returns: SQLite with synchronous=FULL, Redis as the column says.
NOTES
