#!/usr/bin/env bash
# `make check`: every check, also after one has failed, so that one run shows all there is to mend.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/node_modules/.bin:$PATH

failed=()
check() {
  local title=$1
  shift
  "$@" </dev/null || failed+=("$title")
}

check types tsc --noEmit
check "lint and format" biome check --error-on-warnings
check "layers, cycles, sizes, comments, documents" tsx scripts/check.ts
check "unused exports" knip --no-progress
[ ${#failed[@]} -eq 0 ] && echo "all checks passed" && exit 0
printf 'failed: %s\n' "${failed[@]}" >&2
exit 1
