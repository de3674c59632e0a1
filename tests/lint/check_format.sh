#!/usr/bin/env bash
# Fails when a tracked C++ file is not as clang-format 14 would write it; 77 (skipped) without that version.
set -euo pipefail
cd "$1"
clang-format --version 2>/dev/null | grep -q 'version 14' || { echo "no clang-format 14: skipped"; exit 77; }
find core cli daemon tests \( -name '*.cc' -o -name '*.h' \) -not -path '*/node_modules/*' -print0 |
  xargs -0 -r clang-format --dry-run -Werror
