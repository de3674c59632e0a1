#!/usr/bin/env bash
# The real programs in an empty home: the main job, and what must be lost by nothing that goes wrong.
#   cli_test.sh CAAS CAASD [remote]
# With `remote` the same commands act on a daemon in another home, over HTTP and with a token.
# CAAS_TEST_PROXY="ADDRESS URL": that daemon listens at ADDRESS, and the commands reach it by URL.
set -uo pipefail
caas=$1 caasd=$2 mode=${3:-local}
folder=$(mktemp -d)
daemon=
finish() {
  [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null
  chmod -R u+w "$folder"
  rm -rf "$folder"
}
trap finish EXIT
unset CAAS_SERVER CAAS_TOKEN NO_COLOR VISUAL
failed=0

# check WHAT STATUS COMMAND…: the command's output is in $out and $err.
check() {
  local what=$1 expected=$2 status
  shift 2
  "$@" >"$folder/out" 2>"$folder/err" </dev/null
  status=$?
  out=$(cat "$folder/out") err=$(cat "$folder/err")
  [ "$status" = "$expected" ] || fail "$what" "exit $status, expected $expected"
}

fail() {
  echo "FAILED: $1: $2"
  echo "--- out"; head -c 2000 "$folder/out"
  echo "--- err"; head -c 2000 "$folder/err"
  failed=1
}

says() { # WHAT TEXT PATTERN
  grep -qE -e "$3" <<<"$2" || fail "$1" "lacks: $3"
}

field() { # NAME, of the JSON in $out
  python3 -c 'import json,sys; print(eval("json.load(sys.stdin)" + sys.argv[1]))' "$1" <<<"$out"
}

is_local() { [ "$mode" = local ]; }

# one_round: lets what is due be sent, by a daemon that is there already or by one for the purpose.
one_round() { # POST
  if is_local; then
    "$caasd" --once
  else
    "$caas" api GET "posts/$1?wait=30" --json
  fi
}

if ! is_local; then
  read -ra proxy <<<"${CAAS_TEST_PROXY:-}"
  export CAAS_HOME=$folder/there
  CAAS_HTTP_LISTEN=${proxy[0]:-127.0.0.1:0} "$caasd" >"$folder/log" 2>&1 </dev/null &
  daemon=$!
  for _ in $(seq 300); do
    address=$(sed -n 's/.*"daemon.ready".*"address":"\([^"]*\)".*/\1/p' "$folder/log")
    [ -z "$address" ] || break
    sleep 0.05
  done
  [ -n "$address" ] || { cat "$folder/log"; exit 1; }
  check "a token for elsewhere" 0 "$caas" token create --scope admin --name test --json
  [ "$failed" = 0 ] || exit 1
  CAAS_TOKEN=$(field '["token"]') CAAS_SERVER=${proxy[1]:-http://$address}
  export CAAS_TOKEN CAAS_SERVER
fi
export CAAS_HOME=$folder/home

# ---- the main job on a machine where nothing was set up

check "generate offline" 0 "$caas" generate "Our app now works offline" \
  --platform x,linkedin,instagram --tone casual --provider offline --json
id=$(field '["id"]')
check "versions" 0 "$caas" content versions "$id" --json
[ "$(field '["items"][0]["number"]')" = 1 ] || fail "versions" "no version 1"
check "edit" 0 sh -c "printf 'A text of our own\n' | $caas content edit $id --file - --json"
[ "$(field '["latest"]')" = 2 ] || fail "edit" "no version 2"
check "show by the end of the id" 0 "$caas" content show "${id: -8}" --text
[ "$out" = "A text of our own" ] || fail "show" "another text: $out"
check "diff" 0 "$caas" content diff "$id" 1 2
says "diff" "$out" '\{\+'
check "unified diff" 0 "$caas" content diff "$id" 1 2 --unified
says "unified diff" "$out" '^\+A text of our own'
check "restore" 0 "$caas" content restore "$id" 1
check "search" 0 "$caas" content search own --json
check "lint" 0 sh -c "printf 'Hello' | $caas lint - --platform x --json"
[ "$(field '["platforms"][0]["length"]')" = 5 ] || fail "lint" "another length"
check "lint finds what is too long" 4 sh -c "head -c 300 /dev/zero | tr '\0' a | $caas lint - --platform x --json"
[ "$(field '["platforms"][0]["valid"]')" = False ] || fail "lint" "it is valid"
check "schedule" 0 "$caas" schedule "$id" --account outbox --in 0s --json
post=$(field '["items"][0]["id"]')
check "the daemon's one round" 0 one_round "$post"
check "posts show" 0 "$caas" posts show "$post"
says "posts show" "$out" 'state +published'
says "posts show" "$out" 'done +write'
check "publish" 0 "$caas" publish "$id" --account outbox
says "publish" "$out" '^published  outbox'
own=("config list --origin" "doctor" "db check" "db migrate")
is_local || own=()
for words in "content list" "posts list" "posts calendar" "account list" "token list" "status" \
  "platforms" "providers" "workspace show" "workspace list" "org show" "voice list" "series list" \
  "${own[@]}"; do
  # shellcheck disable=SC2086
  check "$words" 0 "$caas" $words
  # shellcheck disable=SC2086
  check "$words as JSON" 0 "$caas" $words --json
  python3 -m json.tool <<<"$out" >/dev/null || fail "$words --json" "no JSON"
done
check "an editor" 2 env EDITOR="sed -i s/own/all/" "$caas" content edit "$id"
check "a token" 0 "$caas" token create --scope read --name t --json
[ "$(field '["token"][:5]')" = caas_ ] || fail "a token" "it has another beginning"

token=$(field '["id"]')
check "a token can be revoked" 0 "$caas" token revoke "$token" --yes

# A team: the log tells of all that was done above and here, and is as it was written.
check "an invitation" 0 "$caas" member invite ben@example.org --role viewer --no-mail --json
says "an invitation" "$out" '"token":"caasi_'
invitation=$(field '["id"]')
check "the invitation is listed" 0 "$caas" member list --invitations
says "the invitation is listed" "$out" 'ben@example.org +viewer +pending'
check "an invitation can be revoked" 0 "$caas" member revoke "$invitation"
check "members" 0 "$caas" member list
says "members" "$out" 'owner'
check "a workspace" 0 "$caas" workspace create second --zone Europe/Berlin
check "its content is its own" 0 env CAAS_WORKSPACE=second "$caas" content list --json
says "its content is its own" "$out" '"items":\[\]'
check "a workspace that is not there" 5 env CAAS_WORKSPACE=third "$caas" content list
check "an organization that is not there" 5 env CAAS_ORGANIZATION=nobody "$caas" content list
check "the last owner stays" 6 "$caas" member leave --yes
check "another name" 0 "$caas" org rename "Renamed & Co"
check "roles" 0 "$caas" org roles
says "roles" "$out" '^write +yes +yes +yes +- +draft'
check "the log" 0 "$caas" org audit
says "the log" "$out" 'organization.rename'
says "the log" "$out" 'token.revoke'
check "the log is whole" 0 "$caas" org audit --verify
says "the log is whole" "$out" '^sound, [0-9]+ rows, head [0-9a-f]{64}$'
check "a head that never was" 1 "$caas" org audit --head 0000
if is_local; then
  check "everybody" 0 "$caas" admin users
  check "numbers" 0 "$caas" admin stats --json
  says "numbers" "$out" '"people":1'
fi

if is_local; then
  # ---- backup and restore

  check "backup" 0 "$caas" backup "$folder/b"
  check "a backup that nobody hears of" 8 sh -c "$caas backup $folder/unheard >/dev/full"
  says "a backup that nobody hears of" "$err" 'it is done, so do not repeat it: .*unheard'
  check "a backup that nobody hears of is there" 0 test -s "$folder/unheard"
  check "backup overwrites nothing" 6 "$caas" backup "$folder/b"
  check "backup needs a folder that is there" 5 "$caas" backup "$folder/nowhere/b"
  check "backup needs a name" 2 "$caas" backup ""
  check "backup to standard output" 2 "$caas" backup -
  check "restore asks" 2 "$caas" restore "$folder/b"
  check "restore" 0 "$caas" restore "$folder/b" --yes
  check "what was restored" 0 "$caas" content show "$id" --json
  echo nonsense >"$folder/nonsense"
  check "restore of something else" 4 "$caas" restore "$folder/nonsense" --yes
  check "restore of a device" 4 "$caas" restore /dev/null --yes
  check "the data after that" 0 "$caas" content show "$id" --json
else
  # ---- what works on this machine only says so

  for words in doctor "backup $folder/b" "restore $folder/b" "db check" "db migrate" "config list" \
    "completion bash"; do
    # shellcheck disable=SC2086
    check "$words with a server" 2 "$caas" $words
    says "$words with a server" "$err" 'works on this machine only'
  done
fi

# ---- bad input loses nothing

check "a prompt that is no UTF-8" 4 sh -c "printf 'caf\351' | $caas generate -"
check "a prompt of 10 MB" 4 sh -c "head -c 10000000 /dev/zero | tr '\0' a | $caas generate -"
check "a file that is not there" 5 "$caas" content add "$folder/nowhere"
# A proxy that knows the document lets this one not pass.
[ -n "${CAAS_TEST_PROXY:-}" ] || check "an unknown tone" 4 "$caas" generate hello --tone angry
check "an unknown platform" 4 "$caas" generate hello --platform xx
check "an unknown zone" 4 "$caas" schedule "$id" --account outbox --at "2099-01-01 09:00" --tz Mars/Base
check "a time in the past" 4 "$caas" schedule "$id" --account outbox --at "2001-01-01 09:00"
check "an unknown account" 5 "$caas" schedule "$id" --account nobody --in 2h
check "an unknown content" 5 "$caas" content show ffffffff
check "a command of this machine with a server" 2 "$caas" doctor --server https://caas.example.org
check "a server that is not there" 75 "$caas" status --server http://127.0.0.1:1
check "a full standard output" 75 sh -c "$caas content list >/dev/full"
check "a full standard output of what was ordered" 8 sh -c "$caas schedule $id --account outbox --in 9h >/dev/full"
says "a full standard output of what was ordered" "$err" 'do not order it again; .*caas posts show [0-9a-f-]{36}'
check "a closed standard output of what was ordered" 8 sh -c "$caas schedule $id --account outbox --in 9h >&-"
check "a full standard output of the daemon" 75 sh -c "$caasd --version >/dev/full"
check "a reader that leaves early" 0 bash -c "set -o pipefail; $caas help generate | head -n 1 >/dev/null"

# Two at once: both texts are kept.
before=$("$caas" content list --limit 200 --json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["items"]))')
pids=()
for i in 1 2 3 4; do
  "$caas" content add - <<<"text $i" >/dev/null 2>&1 & pids+=($!)
done
for pid in "${pids[@]}"; do
  wait "$pid" || fail "two at once" "one failed"
done
after=$("$caas" content list --limit 200 --json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["items"]))')
[ "$after" = $((before + 4)) ] || fail "two at once" "$after contents after $before"

# A damaged database is told, not touched.
if is_local; then
  mkdir "$folder/damaged"
  head -c 8192 /dev/urandom >"$folder/damaged/caas.db"
  sum=$(sha256sum <"$folder/damaged/caas.db")
  check "a damaged database" 1 "$caas" content list --home "$folder/damaged"
  check "doctor on a damaged database" 1 "$caas" doctor --home "$folder/damaged"
  says "doctor on a damaged database" "$out" 'broken +database'
  [ "$sum" = "$(sha256sum <"$folder/damaged/caas.db")" ] || fail "a damaged database" "it was changed"
fi

# ---- SIGINT ends a command that waits, with 130

mkfifo "$folder/never"
"$caas" content add - <"$folder/never" >"$folder/out" 2>"$folder/err" &
pid=$!
exec 9>"$folder/never"
# The handler is set before standard input is read; until then the signal would be ignored, as
# shells start what runs in the background with SIGINT ignored.
for _ in $(seq 100); do
  kill -INT "$pid" 2>/dev/null || break
  sleep 0.05
done
wait "$pid"
status=$?
exec 9>&-
[ "$status" = 130 ] || fail "SIGINT while reading" "exit $status"

# Nothing was done here by mistake.
is_local || [ ! -e "$folder/home/caas.db" ] || fail "elsewhere" "there is a database here"

exit $failed
