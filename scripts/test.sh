#!/usr/bin/env bash
# Runs every tier of the tests, one after the other (they share few cores), and prints how they went. Root runs the kernel
# tier for real; without root its tests skip and say so.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d "${TMPDIR:-/tmp}/borescope-test-XXXXXX")
trap 'rm -rf "$results"' EXIT
files=()
status=0
for tier in unit kernel; do
  # A tier that hangs must not hang the whole run; vitest's own time limits come long before this one.
  BORESCOPE_TEST_RESULT="$results/$tier.json" timeout --kill-after=30 20m \
    npx vitest run --project "$tier" --reporter=default --reporter=./scripts/skip-reporter.ts </dev/null || status=1
  if [ -f "$results/$tier.json" ]; then
    files+=("$results/$tier.json")
  else
    echo "the $tier tier did not come to its end" >&2
    status=1
  fi
done
echo
npx tsx scripts/summarize-tests.ts "${files[@]}" || status=1
exit $status
