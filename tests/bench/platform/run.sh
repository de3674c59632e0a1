#!/usr/bin/env bash
# Measures media and publishing of the release binaries and prints the table of goals.
#   tests/bench/platform/run.sh [part …]      parts: upload probe publish (default: all)
# Builds the programs first (BUILD=0: uses those in build/).
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
if [ "${BUILD:-1}" = 1 ]; then
  log=$(mktemp)
  (cd "$root" && cmake --preset release >/dev/null && cmake --build build --target caas caasd >"$log") || {
    tail -40 "$log" >&2
    exit 1
  }
  rm -f "$log"
fi
exec env CAAS_BIN="${CAAS_BIN:-$root/build/bin}" python3 -B "$(dirname "$0")/measure.py" "$@"
