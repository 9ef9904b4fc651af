#!/usr/bin/env bash
# `make demo`: brings everything up from a fresh clone, then hands over to demo.ts. What is missing is said in one sentence.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
  echo "make demo $1" >&2
  exit 1
}

[ "$(uname -sm)" = "Linux x86_64" ] || need "needs Linux on x86-64; this is $(uname -sm)."
[ "$(id -u)" -eq 0 ] || need "needs root, since it attaches probes to running programs: run 'sudo make demo'."
command -v node >/dev/null && command -v npm >/dev/null ||
  need "needs Node 20.19 or newer with npm: install it from https://nodejs.org or your distribution (with sudo, root's PATH must hold it too)."
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  need "needs Node 20.19 or newer; this is $(node --version): install a newer one from https://nodejs.org."

make --no-print-directory build
if command -v go >/dev/null; then
  language=Go variants=(go go-pie)
else
  command -v "${CC:-gcc}" >/dev/null || scripts/install-packages.sh gcc libc6-dev
  language=C variants=(c c-pie)
fi
mapfile -t counters < <(scripts/build-counters.sh build/counters "${variants[@]}")
exec node_modules/.bin/tsx scripts/demo.ts "$language" "${counters[@]}"
