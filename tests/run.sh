#!/usr/bin/env bash
# Installs what is missing, builds, and runs the suite. The last line is `N passed, N failed`.
#   tests/run.sh          what CI runs
#   tests/run.sh --all    also the unit tests as released, and all under ThreadSanitizer
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD

all=0
for argument in "$@"; do
  case $argument in
    --all) all=1 ;;
    *)
      echo "run.sh: unknown option $argument (there is only --all)" >&2
      exit 2
      ;;
  esac
done

passed=0 failed=0 skipped=0
say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

# count FILE: adds a JUnit report's totals: of a doctest program its cases, else one a test. A report
# that was never written is a failure, and so is a test that ends badly without a bad case.
count() {
  local totals
  if ! totals=$(python3 - "$1" <<'PYTHON'
import re, sys, xml.etree.ElementTree as tree

def cases_of(case):
    told = re.findall(r"test cases: +\d+ \| +(\d+) passed \| +(\d+) failed", case.findtext("system-out") or "")
    passed, failed = (sum(int(n) for n in column) for column in zip(*told)) if told else (1, 0)
    if case.get("status") == "fail" and failed == 0:
        passed, failed = (passed if told else 0), 1
    return passed, failed

suite = tree.parse(sys.argv[1]).getroot()
cases = list(suite.iter("testcase"))
bad = [c for c in cases if c.get("status") == "fail"]
left_out = [c for c in cases if c.get("status") in ("notrun", "disabled")]
counted = [cases_of(c) for c in cases if c not in left_out]
print(sum(c[0] for c in counted), sum(c[1] for c in counted), len(left_out))
for c in bad:
    print("FAILED", c.get("name"), file=sys.stderr)
for c in left_out:
    print("SKIPPED", c.get("name"), file=sys.stderr)
PYTHON
  ); then
    failed=$((failed + 1))
    return
  fi
  read -r p f s <<<"$totals"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

finish() {
  [ "$skipped" = 0 ] || printf '\n%d skipped (named above)\n' "$skipped"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

# build PRESET TARGET: makes a target of a preset; what went wrong is printed by `built`.
build() {
  local preset=$1 target=$2
  cmake --preset "$preset" -DCAAS_WERROR="${CI:+ON}" >"$root/build/$preset.configure.log" 2>&1 || return
  cmake --build --preset "$preset" -j "$(nproc)" --target "$target" >"$root/build/$preset.build.log" 2>&1
}

# built PRESET STATUS: goes on only when that build went well.
built() {
  [ "$2" = 0 ] && return
  if [ -s "$root/build/$1.build.log" ]; then
    grep -E 'error|FAILED|undefined' "$root/build/$1.build.log" | head -n 40
  else
    tail -n 40 "$root/build/$1.configure.log"
  fi
  failed=$((failed + 1))
  finish
}

# check PRESET FOLDER LABELS: runs the tests with these labels.
check() {
  local preset=$1 folder=$2 labels=$3
  say "test $preset"
  # Two more than there are processors: many tests mostly wait.
  ctest --test-dir "$folder" -L "$labels" -j $(($(nproc) + 2)) --output-on-failure \
    --test-output-size-passed 100000 --test-output-size-failed 1000000 --output-junit "$root/build/$preset.xml" >"$root/build/$preset.test.log" 2>&1 ||
    sed -nE '/\*\*\*(Failed|Timeout|Exception)/,/^ *[0-9]* *\/ *[0-9]* Test/p' "$root/build/$preset.test.log" | head -n 200
  count "$root/build/$preset.xml"
}

mkdir -p build
say "dependencies"
./packaging/install-deps.sh --tests || {
  failed=1
  finish
}
[ -x build/npm/node/node_modules/node/bin/node ] && PATH=$root/build/npm/node/node_modules/node/bin:$PATH
export CAAS_SHARED=${CAAS_SHARED:-$root/../shared}

# The programs as they are released; everything smaller under AddressSanitizer and
# UndefinedBehaviorSanitizer, on SQLite and on PostgreSQL. The second is built with what little
# the tests of the first leave of the processors.
rm -f build/*.build.log
say "build release"
build release caas_program_tests
built release $?
nice -n 19 bash -c "$(declare -f build); root='$root'; build asan caas_unit_tests" &
second=$!
check release build 'sim|program|lint|npm|real'
say "build asan"
wait "$second"
built asan $?
# What was freed is kept from use for the next 4 MB of frees instead of the next 256: memory that is
# always new to the processor's caches took a fifth of the time. Of who allocated what, eight calls
# are kept instead of thirty: a tenth.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:quarantine_size_mb=4:thread_local_quarantine_size_kb=64:malloc_context_size=8
export UBSAN_OPTIONS=print_stacktrace=1
check asan build/asan 'unit|contract|postgres'
if [ "$all" = 1 ]; then
  say "build everything, and for ThreadSanitizer"
  build release all
  built release $?
  check release build 'unit|contract|postgres'
  build tsan all
  built tsan $?
  check tsan build/tsan 'unit|contract|program'
fi
finish
