#!/usr/bin/env bash
# Makes sure that Debian packages are there: install-packages.sh PACKAGE... . As root it installs what is missing with
# apt-get; otherwise it says what is missing and how to get it, and fails.
set -euo pipefail

missing=()
for package in "$@"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]} (names of Debian packages), and there is no apt-get here: install them by your system's own means." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need Debian packages that are missing: run 'sudo apt-get install ${missing[*]}', or this as root." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
retry() {
  local attempt
  for attempt in 1 2 3 4; do
    timeout 300 "$@" </dev/null && return 0
    echo "$* failed (attempt $attempt of 4)" >&2
    sleep $((attempt * 5))
  done
  return 1
}
retry apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 update
retry apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 install --no-install-recommends "${missing[@]}"
