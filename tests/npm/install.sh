# shellcheck shell=sh
# Sourced by the run.sh of a folder, named by $here. Gives $root, the sources, and $cache, a folder
# under build/ for the packages. Skips the test when there is no Node.

# Ends the test as skipped, with the reason.
skip() {
    echo "SKIPPED: $1"
    exit 77
}

# install_packages <what they are>: once for each package-lock.json.
install_packages() {
    mkdir -p "$cache"
    cmp -s "$here/package-lock.json" "$cache/installed-lock.json" && return
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || {
        tail -5 "$cache/npm.log"
        skip "npm could not install $1 (see above)"
    }
    cp "$here/package-lock.json" "$cache/installed-lock.json"
}

root=$(cd "${here:?}/../../.." && pwd)
cache=$root/build/npm/$(basename "$here")
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
