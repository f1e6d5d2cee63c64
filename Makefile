# What each target does is said in README.md. All of them run as root or without it, as far as that goes.

SWIFT ?= swift
# One configuration for everything, tests included: a second one would double the time of a first build.
BUILD = --configuration release
# Tests that make networks and start guests would fight over two cores: one after the other is faster and steadier.
TESTFLAGS ?= --no-parallel
SOURCES = Package.swift Sources Tests

.PHONY: deps bench-deps build test lint demo bench bench-store fuzz flood simulate clean help

help:
	@echo "make deps | bench-deps | build | test | lint | demo | bench | bench-store | fuzz | flood | simulate | clean"
	@echo "(README.md and docs/TESTING.md say what each does)"

deps:
	@sh scripts/deps.sh

# What `skein lab compare` runs beside skein, and the browser that pages are looked at in.
bench-deps:
	@sh scripts/bench-deps.sh

build: deps
	$(SWIFT) build $(BUILD)

test: deps
	@sh scripts/need-root.sh "make test" "builds images, makes networks and starts guests"
	$(SWIFT) build $(BUILD) --build-tests
	$(SWIFT) test $(BUILD) --skip-build $(TESTFLAGS)

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

demo: deps
	@sh scripts/need-root.sh "make demo" "builds an image, makes a network and starts guests"
	$(SWIFT) build $(BUILD) --product skein
	@sh scripts/demo.sh

# Well over an hour on two cores, most of it by other tools; `skein lab bench --only` measures parts of it. Tools that `make bench-deps` installs are compared when they are there.
bench: deps
	@sh scripts/need-root.sh "make bench" "makes networks"
	$(SWIFT) build $(BUILD) --product skein
	.build/release/skein lab bench topologies --markdown docs/BENCHMARKS.md --json docs/benchmarks.json

# Gossip at a hundred and a thousand peers with many seeds: hours. It needs no root and touches nothing of the machine.
simulate: deps
	$(SWIFT) build $(BUILD) --product skein
	@sh scripts/simulate.sh

# The throughput of the store, as the tests measure it.
bench-store: deps
	$(SWIFT) build $(BUILD) --build-tests
	$(SWIFT) test $(BUILD) --skip-build --no-parallel --filter "[Tt]hroughput"

# A minute for each decoder (docs/FUZZING.md).
fuzz: deps
	@sh scripts/fuzz.sh

# A million hostile datagrams against a peer; some minutes (docs/TESTING.md).
flood: deps
	@sh scripts/need-root.sh "make flood" "makes networks"
	$(SWIFT) build $(BUILD) --build-tests
	SKEIN_FLOOD=1000000 $(SWIFT) test $(BUILD) --skip-build --no-parallel --filter "EndToEnd.*Flood"

clean:
	rm -rf .build .build-fuzz
