#!/usr/bin/env bash
# Compares the options in the manual pages with those the programs print.
#   man_test.sh CAAS CAASD FOLDER-OF-PAGES FOLDER-OF-SOURCES
set -euo pipefail
caas=$1 caasd=$2 pages=$3 sources=$4
[ -f "$pages/caas.1" ] || { echo "no manual pages: scdoc is missing"; exit 77; }
failed=0

# The long options of a text, one a line.
options() { grep -oE -e '--[a-z][a-z0-9-]+' | sort -u; }

# Those of a page; a hyphen is written \- there.
of_page() { sed -e 's/\\-/-/g' -e 's/\\f[BIRP]//g' -e 's/\\&//g' "$1" | grep -vE '^\.\\"' | options; }

compare() { # NAME PAGE HELP
  local difference
  if ! difference=$(diff <(of_page "$2") <(printf '%s\n' "$3" | options)); then
    echo "$1: the page (<) and the help (>) disagree:"
    echo "$difference"
    failed=1
  fi
}

# Every help text of a command and of what is below it, without the examples of others.
help_of() {
  local text below
  text=$("$caas" help "$@")
  printf '%s\n' "$text"
  for below in $(printf '%s\n' "$text" | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
    help_of "$@" "$below"
  done
}

commands=$("$caas" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')
[ "$(printf '%s\n' "$commands" | wc -l)" -ge 20 ] || { echo "caas --help lists too few commands"; exit 1; }
for command in $commands; do
  [ -f "$pages/caas-$command.1" ] || { echo "caas-$command.1 is missing"; failed=1; continue; }
  # A page also has the options in its topics (--server in ENVIRONMENT and the like).
  compare "caas-$command.1" "$pages/caas-$command.1" "$(help_of "$command")
$("$caas" help exit-codes)
--home"
  grep -q "caas-$command" <(sed -e 's/\\-/-/g' "$pages/caas.1") || { echo "caas.1 does not name $command"; failed=1; }
done

if [ -f "$sources/caasd.8.scd" ]; then
  for option in $("$caasd" --help | options); do
    grep -q -e "$option" "$sources/caasd.8.scd" || { echo "caasd.8 lacks $option"; failed=1; }
  done
  grep -qF '*:8000' "$pages/caasd.8" || { echo "caasd.8 lacks the asterisk of *:8000"; failed=1; }
fi

# The table of roles is the same in the page.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
while read -r line; do
  grep -qxF -e "$line" <(sed -e 's/\\-/-/g' -e 's/\\&//g' "$pages/caas-org.1" | tr -s ' ' | sed 's/ $//') ||
    { echo "caas-org.1 lacks the row: $line"; failed=1; }
done < <("$caas" org roles --home "$home" | tr -s ' ' | sed 's/ $//')

# Every setting has its place in caas.toml(5).
for key in $("$caas" config list --json | grep -oE '"key":"[^"]*"' | cut -d'"' -f4); do
  grep -q -e "${key##*.}" <(sed -e 's/\\-/-/g' "$pages/caas.toml.5") || { echo "caas.toml.5 lacks $key"; failed=1; }
done
exit $failed
