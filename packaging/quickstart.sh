#!/usr/bin/env bash
# From a fresh clone to a published post: installs, builds, and does the main job once in a
# throw-away home. Needs no key and no network beyond Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/.."

./packaging/install-deps.sh
cmake --preset release >/dev/null
cmake --build --preset release -j "$(nproc)" --target caas caasd

home=$(mktemp -d "${TMPDIR:-/tmp}/caas-quickstart.XXXXXX")
export CAAS_HOME=$home CAAS_HTTP_LISTEN=127.0.0.1:0
caas=build/bin/caas
started=$(date +%s%N)

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

say '$ caas generate "Our app now works offline" --platform x,linkedin --provider offline'
json=$($caas generate "Our app now works offline" --platform x,linkedin --provider offline --json)
id=$(printf '%s' "$json" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)
$caas content show "$id"

say "$ caas schedule $id --account outbox --in 2s"
post=$($caas schedule "$id" --account outbox --in 2s --json | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)

say '$ caasd &'
build/bin/caasd 2>"$home/caasd.log" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null || true' EXIT

state=scheduled
for _ in $(seq 1 100); do
  state=$($caas posts show "$post" --json | field state)
  case $state in published | failed | unconfirmed) break ;; esac
  sleep 0.1
done
say "$ caas posts show $post"
$caas posts show "$post"
kill "$daemon" && wait "$daemon" 2>/dev/null || true
trap - EXIT

if [ "$state" != published ]; then
  echo "quickstart: the post is $state; the daemon's log is $home/caasd.log" >&2
  exit 1
fi

took=$((($(date +%s%N) - started) / 1000000))
say "Published in $took ms. The post lies here:"
find "$home" -path '*outbox*' -type f
cat <<TEXT

What to do next:
  export PATH="\$PWD/build/bin:\$PATH"
  caas generate "What you want to say" --platform bluesky     (your own home: no CAAS_HOME needed)
  caasd --sandbox                                              (pretend platforms to try everything with; see README.md)
  caas account connect bluesky                                 (or mastodon, x, linkedin, webhook …)
  caas schedule ID --account NAME --at "tomorrow's date 09:00"
  caasd &                                                      (as a service of systemd: its unit is in packaging/systemd/)
TEXT
