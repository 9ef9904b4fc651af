#!/usr/bin/env bash
# The random tests of both tiers with the large numbers of programs (test/support/runs.ts). Arguments are paths, for a part of them.
set -euo pipefail
cd "$(dirname "$0")/.."

export BORESCOPE_LONG=1
[ $# -gt 0 ] || set -- random shared-cpu compiled-equals-javascript typescript-meaning compiler.test damaged
exec npx vitest run "$@"
