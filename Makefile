# Two commands matter: `make run` and `make test`. Both install what a Debian machine with Rust and Node.js lacks.
# `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
RESULTS := $(CURDIR)/target/test-results
KITH := $(TARGET)/release/kith
export PATH := $(CURDIR)/.tools/bin:$(PATH)

# Checks and tests share one set of artefacts, so that a clean checkout is built once: see [profile.ci] in Cargo.toml.
PROFILE := --profile ci

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

##@ The two commands

run: build ## Build and start the server on an embedded database, http://localhost:3000
	exec $(KITH) serve

test: setup test-rust test-doc test-web test-e2e test-fuzz ## Run every test: Rust, web, end to end, fuzz corpora
	@scripts/count-tests $(RESULTS)

##@ The rest

build: setup-build web/dist/index.html ## Build target/release/kith with the web client inside
	cargo build --locked --release --bin kith

check: setup web/dist/index.html web/codegen/node_modules/.installed ## Formatting, lints, licences, types, generated files, examples in deploy/
	cargo fmt --all --check
	cargo clippy --locked $(PROFILE) --workspace --all-targets -- --deny warnings
	cargo deny --locked check bans licenses sources
	npm --prefix web run lint
	npm --prefix web run types
	npm --prefix web run budget
	cargo run --locked $(PROFILE) --bin xtask -- check
	scripts/check-deploy

generate: web/codegen/node_modules/.installed ## Write the generated files anew
	cargo run $(PROFILE) --bin xtask -- codegen

MEASURED := docs/measured/compare.json docs/measured/curves.json
BENCH := cargo run --quiet --locked --release --package kith-bench --

bench: build setup ## Measure beside the peers and print one table
	$(BENCH) compare --json target/bench/compare.json

bench-curves: build setup ## Measure cost against size, and what disturbs whom
	$(BENCH) curves --json target/bench/curves.json

bench-docs: ## Write the tables and plots of docs/ again from docs/measured/
	$(BENCH) report $(MEASURED) --plots docs/plots --document docs/performance.md
	$(BENCH) placement $(MEASURED:%=--from %) --document docs/scaling.md

bench-all: build setup bench-measure bench-docs ## Measure everything into docs/measured/, and write docs/ from it

# What fails is told in the tables, and the others go on.
bench-measure:
	-$(BENCH) compare --json docs/measured/compare.json
	-$(BENCH) curves --json docs/measured/curves.json

soak: setup build ## Inject every failure for hours, print the fault table; SOAK="--share 0.01 --markdown" for less
	cargo build --locked --release --package kith-faults --bin soak
	KITH_BIN=$(KITH) $(TARGET)/release/soak $(SOAK)

audit: setup ## Known vulnerabilities (needs the network)
	cargo deny --locked check advisories
	npm --prefix web audit --audit-level=high

hooks: ## Check formatting before each commit
	git config core.hooksPath .githooks

clean: ## Remove what was built and installed here; data stays
	cargo clean
	rm -rf .tools web/dist web/node_modules web/codegen/node_modules e2e/node_modules

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

##@ Parts of `make test`

test-rust: setup web/dist/index.html ## Unit, scenario and delivery tests on SQLite and PostgreSQL
	@rm -rf $(RESULTS)/make
	cargo nextest run --locked --workspace --cargo-profile ci --profile make

test-doc: setup web/dist/index.html ## Examples in the documentation of the code
	@mkdir -p $(RESULTS)
	cargo test --locked $(PROFILE) --workspace --doc 2>&1 | tee $(RESULTS)/doc.log

test-web: web/node_modules/.installed ## Unit tests of the web client
	@mkdir -p $(RESULTS); rm -f $(RESULTS)/web.xml
	npm --prefix web test -- --reporter=default --reporter=junit --outputFile.junit=$(RESULTS)/web.xml

test-e2e: setup web/dist/index.html e2e/node_modules/.installed ## Official clients and two browsers against the program
	@mkdir -p $(RESULTS); rm -f $(RESULTS)/e2e.xml
	cargo build --locked $(PROFILE) --bin kith
	KITH=$(TARGET)/ci/kith PYTHON=$(CURDIR)/.tools/bin/python npm --prefix e2e test -- \
		--test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=junit --test-reporter-destination=$(RESULTS)/e2e.xml

test-fuzz: setup ## Ten seconds of each fuzz target on the stored corpus
	cd fuzz && for target in engineio socketio raw websocket; do \
		found=$$(mktemp -d); \
		cargo run --locked --release --bin $$target -- $$found corpus/$$target -max_total_time=10 -max_len=4096 -verbosity=0; \
		rm -r $$found; \
	done

# What the others need

setup-build:
	@scripts/setup build

setup:
	@scripts/setup test

%/node_modules/.installed: %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

.PHONY: run test build check generate bench bench-curves bench-docs bench-all bench-measure soak audit hooks clean help setup setup-build \
	test-rust test-doc test-web test-e2e test-fuzz
