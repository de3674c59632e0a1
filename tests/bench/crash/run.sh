#!/usr/bin/env bash
# Kills caasd thousands of times while it publishes, and as often by a power failure; see
# tests/program/crash/campaign.py. Needs a build with tests (cmake --preset release && cmake --build
# --preset release).
#   tests/bench/crash/run.sh [KILLS]    10,000 if not given
set -euo pipefail
cd "$(dirname "$0")/../../.."
kills=${1:-10000}
export CAAS_BIN=${CAAS_BIN:-$PWD/build/bin}
python3 -B tests/program/crash/campaign.py --kills "$kills"
python3 -B tests/program/crash/campaign.py --kills "$((kills / 10))" --power
