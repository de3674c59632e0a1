#!/usr/bin/env bash
# Asks the completion of bash what it offers, as if TAB was pressed.
#   completion_test.sh CAAS
set -uo pipefail
caas=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$caas" completion bash >"$folder/script" || exit 1
# shellcheck disable=SC1091
. "$folder/script"
cd "$folder" || exit 1
mkdir media
failed=0

# Outside of a completion bash refuses this; what it would add by itself is noted instead.
# shellcheck disable=SC2317
compopt() { own=$2; }

# offers WHAT EXPECTED WORD…: the last word is the one that is completed.
offers() {
  local what=$1 expected=$2
  shift 2
  COMP_WORDS=(caas "$@") COMP_CWORD=$# COMPREPLY=() own=
  _caas
  local found="${own:+<$own>}${COMPREPLY[*]}"
  # shellcheck disable=SC2053
  if [[ $found != $expected ]]; then
    echo "FAILED: $what: offers '$found', expected '$expected'"
    failed=1
  fi
}

offers "a command is no folder of the same name" "media" medi
[[ $(complete -p caas) != *filenames* ]] || { echo "FAILED: commands are names of files"; failed=1; }
offers "a command below a command" "versions" content vers
offers "an option" "--platform" generate --plat
offers "a file is left to bash" "<default>" media add my
offers "a file that is not the first argument, too" "<default>" voice set brand my
offers "an option where a file may stand" "--platform" lint --plat
offers "the file of an option" "<default>" --config x
offers "the folder of an option" "<dirnames>" --home x
offers "a platform" "bluesky" lint --platform blu
offers "a platform behind another" "x,bluesky" lint --platform x,blu
offers "every platform behind a comma" "x,bluesky *x,x" lint --platform x,
offers "a value behind an equals sign" "bluesky" lint --platform = blu
offers "every value behind an equals sign" "bluesky *x" lint --platform =
offers "a list behind an equals sign" "x,bluesky" lint --platform = x,blu
offers "one word where a list makes no sense" "" generate --tone casual,
offers "a command behind a value with an equals sign" "versions" --home = generate content vers
offers "a role" "admin" member invite ana@example.org --role adm
offers "a role as an argument" "admin" member role ana adm
offers "help for a command" "content" help cont
offers "help for a topic" "exit-codes" help exit
offers "nothing for a text" "" generate --title x

exit "$failed"
