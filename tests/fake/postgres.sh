#!/usr/bin/env bash
# A PostgreSQL server for tests: its own folder, a Unix socket and a loopback port nobody else has.
#   postgres.sh start DIR [--durable]   initdb, start, make the database; DIR/url is its address
#   postgres.sh crash DIR               stop at once, as a power cut would (its journal is on disk)
#   postgres.sh go DIR                  start again what was stopped
#   postgres.sh stop DIR                stop and remove everything
#   postgres.sh run DIR COMMAND…        run with CAAS_TEST_POSTGRES set; skipped (77) without a server
# Without --durable nothing is synced, which is three times faster. Refuses to run as root, so root
# gives it to the user postgres, or nobody.
set -euo pipefail

what=$1
dir=$2
shift 2

find_programs() {
  local found
  found=$(find /usr/lib/postgresql/*/bin -maxdepth 1 -name initdb 2>/dev/null | sort -V | tail -1)
  [ -n "$found" ] || found=$(command -v initdb || true)
  [ -n "$found" ] || { echo "skipped: PostgreSQL's server is not installed (package postgresql)"; exit 77; }
  bin=$(dirname "$found")
}

as_owner() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  local user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  # From a folder that it may enter.
  (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$dir" "$@")
}

go() {
  as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null || {
    tail -20 "$dir/log" >&2
    exit 1
  }
}

case $what in
start)
  find_programs
  [ -d "$dir" ] && "$0" stop "$dir"
  mkdir -m 755 "$dir"
  [ "$(id -u)" != 0 ] || chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$dir"
  as_owner "$bin/initdb" -D "$dir/data" -U caas -A trust -E UTF8 --locale=C --no-sync >/dev/null
  port=
  while [ -z "$port" ]; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && port=
  done
  sync=off
  [ "${1:-}" != --durable ] || sync=on
  as_owner sh -c "cat >>'$dir/data/postgresql.conf'" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
max_connections = 200
shared_buffers = 64MB
fsync = $sync
full_page_writes = $sync
autovacuum = off
max_wal_size = 512MB
max_locks_per_transaction = 256
password_encryption = 'scram-sha-256'
CONF
  # TLS, to try what the address can ask for; without openssl those cases are skipped.
  if command -v openssl >/dev/null; then
    as_owner openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
      -keyout "$dir/data/server.key" -out "$dir/data/server.crt" 2>/dev/null
    as_owner sh -c "chmod 600 '$dir/data/server.key'; echo 'ssl = on' >>'$dir/data/postgresql.conf'"
    as_owner sh -c "cp '$dir/data/server.crt' '$dir/server.crt'; chmod 644 '$dir/server.crt'"
  fi
  as_owner sh -c "cat >'$dir/data/pg_hba.conf'" <<HBA
local all all trust
host all all 127.0.0.1/32 scram-sha-256
HBA
  go
  as_owner psql -q -h "$dir" -p "$port" -U caas -d postgres -v ON_ERROR_STOP=1 \
    -c "ALTER USER caas PASSWORD 'of-a-test'" -c 'CREATE DATABASE caas'
  as_owner sh -c "echo 'postgresql://caas@/caas?host=$dir&port=$port' >'$dir/url'; echo $port >'$dir/port'"
  ;;
crash)
  find_programs
  as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
  ;;
go)
  find_programs
  go
  ;;
stop)
  find_programs
  if [ -f "$dir/data/postmaster.pid" ]; then
    as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$dir"
  ;;
run)
  if [ ! -f "$dir/url" ]; then
    echo "skipped: there is no PostgreSQL server in $dir (tests/fake/postgres.sh start makes one)"
    exit 77
  fi
  CAAS_TEST_POSTGRES=$(cat "$dir/url")
  export CAAS_TEST_POSTGRES
  CAAS_TEST_POSTGRES_FOLDER=$dir exec "$@"
  ;;
*)
  echo "postgres.sh: start, crash, go, stop or run?" >&2
  exit 2
  ;;
esac
