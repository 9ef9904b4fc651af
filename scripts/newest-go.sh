#!/usr/bin/env bash
# Prints the path of the newest `go` that Debian's suites offer, for the tests: fetched once from backports, testing and unstable and
# unpacked into a cache, without touching the packages of the system. With --if-present it fetches nothing.
set -euo pipefail

root=${XDG_CACHE_HOME:-$HOME/.cache}/borescope/newest-go
if [ -x "$root/go" ] || [ "${1:-}" = --if-present ]; then
  [ -x "$root/go" ] && readlink -f "$root/go"
  exit 0
fi
if ! command -v apt-get >/dev/null || [ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
  echo "The tests want the newest Go of Debian's suites, and this is no Debian: name the path of a 'go' in BORESCOPE_TEST_GO." >&2
  exit 1
fi

mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/debs"
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
for suite in trixie sid; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main"
done >"$root/sources.list"
options=(
  -q -o Acquire::Retries=3 -o APT::Sandbox::User=root
  -o "Dir::Etc::sourcelist=$root/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$root/lists" -o "Dir::Cache=$root/cache"
)
apt-get "${options[@]}" update >&2
newest=$(apt-cache "${options[@]}" pkgnames golang-1. | sed -n 's/^\(golang-1\.[0-9]*\)-go$/\1/p' | sort -V | tail -n 1)
(cd "$root/debs" && apt-get "${options[@]}" download "${newest:?no Go in Debian}-go" "$newest-src" >&2)
for package in "$root/debs/"*.deb; do
  dpkg -x "$package" "$root"
  rm "$package"
done
rm -rf "$root/lists" "$root/cache"
ln -s "usr/lib/go-${newest#golang-}/bin/go" "$root/go"
readlink -f "$root/go"
