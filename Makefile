# Amberlog: `make test` and `make demo` do all of their own set-up on a fresh Debian or Ubuntu with a Swift toolchain.
SWIFT ?= swift
FILE ?= Examples/sample.jsonl
SECONDS ?= 60
OUT ?= .build/foreign-stores
# What is built and tested has every database driver. `make TRAITS=` leaves them out.
TRAITS ?= --enable-all-traits
APT_PACKAGES := zlib1g-dev liblz4-dev libsqlite3-dev libhiredis-dev libpq-dev redis-server postgresql openssl

.PHONY: all setup build release test test-thread test-address torture soak fuzz demo bench tables foreign-stores format lint \
  clean

all: build

# The system libraries, the servers that tests start for themselves (on ports of their own, so that one which the
# system runs is no matter), and Python for the test of the format. A package that is there already costs one look-up;
# nothing is installed without root.
setup:
	@for package in $(APT_PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	command -v python3 >/dev/null || missing="$$missing python3"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
	  if command -v apt-get >/dev/null; then \
	    echo "Installing$$missing"; \
	    $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >/dev/null; \
	  else \
	    echo "Please install$$missing (or what your system calls them)" >&2; exit 1; \
	  fi; \
	fi

build: setup
	$(SWIFT) build $(TRAITS)

# The tool, built with every driver ($(TRAITS)).
release: setup
	$(SWIFT) build -c release --static-swift-stdlib $(TRAITS) --product amberlog

# Every suite. AMBERLOG_SEED=… replays the random ones. What talks to servers has time limits and goes by itself, one test
# after another: beside suites that compute for minutes it would wait for its turn longer than that, and all at once they
# would have hundreds of servers and more descriptors than Foundation's Process can count.
SERVER_SUITES := 'Amberlog(SQLite|Redis|PostgreSQL)Tests|ExamplesTests|(Migration|Wrapper)MatrixTests'
test: setup
	$(SWIFT) build --build-tests $(TRAITS)
	$(SWIFT) test --skip-build $(TRAITS) --skip $(SERVER_SUITES)
	$(SWIFT) test --skip-build --no-parallel $(TRAITS) --filter $(SERVER_SUITES)

# Every suite but those of the drivers under the thread or the address sanitizer. ARGUMENTS="--filter ConcurrencyTests"
# for some of them.
test-thread: setup
	SWIFT="$(SWIFT)" Tests/Sanitizers/run thread $(ARGUMENTS)

test-address: setup
	SWIFT="$(SWIFT)" Tests/Sanitizers/run address $(ARGUMENTS)

# Kills a process in whatever it does to a store, again and again, and reads beside a writer, each for MINUTES.
torture: setup
	AMBERLOG_MINUTES=$(or $(MINUTES),10) $(SWIFT) test $(TRAITS) --no-parallel --filter 'Case20_KillInEverything|Case20_KillInMigration|KilledMigrationTests|Case22_ReaderBesideAWriter'

# Mixed load, RATE actions a second, for MINUTES, against a model.
soak: setup
	AMBERLOG_MINUTES=$(or $(MINUTES),10) AMBERLOG_RATE=$(or $(RATE),400) $(SWIFT) test $(TRAITS) --filter SoakTests

# Every decoder, or TARGET=json alone, for SECONDS each, guided by coverage. Tests/Fixtures/README.md says what to do
# with what it finds.
fuzz: setup
	./Tests/Fuzzer/run "$(SECONDS)" $(TARGET)

# Makes a store, imports a conversation (FILE=… for one of yours), lists, loads, searches, and opens it again.
demo: release
	./Examples/demo.sh "$$($(SWIFT) build -c release --static-swift-stdlib $(TRAITS) --show-bin-path)/amberlog" "$(FILE)"

# Amberlog and its peers side by side: a table, JSON lines and a plot in Benchmarks/results.
bench: setup
	./Benchmarks/run $(ARGUMENTS)

# The tables of the article Backends, measured on real servers: what every backend was checked for, copies between any
# two, and imports of what other libraries have made.
tables: setup foreign-stores
	$(SWIFT) build $(TRAITS) --product amberlog
	$(SWIFT) run $(TRAITS) BackendTables conformance
	$(SWIFT) run $(TRAITS) BackendTables migration
	$(SWIFT) run $(TRAITS) BackendTables import "$(OUT)" Tests/Fixtures/foreign

# Stores of other libraries, made by them, for the tests of importing. The first run installs the libraries.
foreign-stores:
	./Tests/ForeignStores/generate "$(OUT)"

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Examples Benchmarks/Sources Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Examples Benchmarks/Sources Package.swift

clean:
	rm -rf .build .build-* Benchmarks/.build Benchmarks/results
