#!/usr/bin/env bash
# Builds the counter into a directory: build-counters.sh DIRECTORY [VARIANT...] (all variants when none is named).
# A variant that is there already and newer than its source is kept. Prints the path of each, one to a line.
#
#   c         C twin, not PIE          c-pie       C twin, PIE          c-push  c-nop  c-lock   by first instruction
#   go        Go, not PIE              go-pie      Go, PIE              go-atomic               an atomic add
#   go-stripped   Go without symbol table and DWARF
#
# GO names another Go than the one on the PATH, CC another compiler.
set -euo pipefail

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[ $# -ge 1 ] || usage
sources=$(cd "$(dirname "$(readlink -f "$0")")/../testdata/counter" && pwd)
mkdir -p "$1"
directory=$(cd "$1" && pwd)
shift
go=${GO:-go}

build_c() { "${CC:-gcc}" -O2 -g -Wall "$@" "$sources/counter.c"; }
# -buildvcs=false: the sources lie in a repository that may belong to someone else.
build_go() { GOFLAGS=-buildvcs=false GO111MODULE=off CGO_ENABLED=${CGO_ENABLED:-0} "$go" build "$@"; }

build() {
  local out=$directory/counter-$1 temporary
  # Another process may run or build the same file: build beside it, then rename.
  temporary=$(mktemp "$directory/.counter-XXXXXX")
  case $1 in
    c) build_c -no-pie -o "$temporary" ;;
    c-pie) build_c -fPIE -pie -o "$temporary" ;;
    c-push) build_c -no-pie -DFIRST=FIRST_PUSH -o "$temporary" ;;
    c-nop) build_c -no-pie -DFIRST=FIRST_NOP -o "$temporary" ;;
    c-lock) build_c -no-pie -DFIRST=FIRST_LOCK -o "$temporary" ;;
    go) build_go -o "$temporary" "$sources/counter.go" ;;
    go-pie) build_go -buildmode=pie -o "$temporary" "$sources/counter.go" ;;
    go-atomic) build_go -o "$temporary" "$sources/counter-atomic.go" ;;
    go-stripped) build_go -ldflags '-s -w' -o "$temporary" "$sources/counter.go" ;;
    *) rm "$temporary"; echo "build-counters: no variant is called $1" >&2; exit 2 ;;
  esac
  chmod 755 "$temporary"
  mv "$temporary" "$out"
}

is_current() {
  local out=$directory/counter-$1 source
  [ -x "$out" ] || return 1
  for source in "$sources"/* "$0"; do [ "$out" -nt "$source" ] || return 1; done
}

variants=("$@")
if [ $# -eq 0 ]; then
  variants=(c c-pie c-push c-nop c-lock)
  command -v "$go" >/dev/null && variants+=(go go-pie go-atomic go-stripped)
fi
for variant in "${variants[@]}"; do
  is_current "$variant" || build "$variant"
  echo "$directory/counter-$variant"
done
