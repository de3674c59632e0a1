#!/bin/sh
# Fetches Swagger UI with npm and puts the two files that the page needs into dist/ beside this.
# Install scripts stay off: the package would report to an analytics server.
# usage: build.sh [OUT]     leaves a note and succeeds where npm or the network is missing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/dist}

note() {
    echo "swagger-ui: not built: $1; /api/schema/swagger-ui/ will say so"
    exit 0
}

if [ -f "$out/swagger-ui-bundle.js" ] && cmp -s "$here/package-lock.json" "$out/package-lock.json"; then
    exit 0
fi
command -v npm >/dev/null || note "npm is not installed"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 \
    >npm.log 2>&1) || note "npm could not fetch swagger-ui-dist"
mkdir -p "$out"
for file in swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE; do
    cp "$work/node_modules/swagger-ui-dist/$file" "$out/$file"
done
cp "$here/package-lock.json" "$out/package-lock.json"
