# The commands of this repository. `make demo` and `make test` work from a fresh clone; what they do is in scripts/.

.PHONY: demo test check bench build counters clean

# Installs, builds, and shows borescope at work on a program that counts (root).
demo:
	@scripts/demo.sh

# Installs what the tests need, builds, and runs every tier.
test: packages node_modules/.package-lock.json test/toolchains/node/node_modules/.package-lock.json
	@npm run --silent build
	@scripts/test.sh

# Types, lint and format, layers, cycles, sizes, comments, documents, unused exports.
check: node_modules/.package-lock.json
	@npm run --silent check

# Measures against a bare uprobe, against bpftrace, and generated code against clang's (root).
bench: node_modules/.package-lock.json
	@scripts/install-packages.sh gcc libc6-dev golang-go bpftrace clang-19
	@npm run --silent build
	@npm run --silent bench

build: node_modules/.package-lock.json
	@npm run --silent build

# The targets of demo and tests, into build/.
counters:
	@scripts/build-counters.sh build/counters

clean:
	rm -rf dist build

.PHONY: packages
packages:
	@scripts/install-packages.sh golang-go golang-google-grpc-dev openssl gcc g++ libc6-dev binutils llvm bpftool gdb rustc xz-utils
	@scripts/newest-go.sh

node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Releases of Node that run TypeScript themselves.
test/toolchains/node/node_modules/.package-lock.json: test/toolchains/node/package-lock.json
	cd test/toolchains/node && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
