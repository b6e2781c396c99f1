# `make` lists the targets. Each can be run alone, and CI runs the same ones.

FUZZTIME ?= 1
BENCH    ?= .
SOAK     ?= 10m
TOOL      = go tool -modfile=tools/go.mod

# The script engine is C put into Go, run by one goroutine at a time: to watch each
# of its steps for races takes most of the tests' time and can find nothing.
RACE      = -race -gcflags=modernc.org/libquickjs=-race=false

.NOTPARALLEL:
.PHONY: help run test setup lint fmt unit browser fuzz clients bench bench-peers soak wpt modules cover vuln nginx

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the demo: a data origin and two guest sites, with photos to share
	go run ./cmd/corsage serve --demo

test: setup lint unit browser nginx fuzz ## everything that must pass: set-up, lint, unit, browser, nginx and fuzz

setup: ## find what the tests need besides Go (a C compiler, Chromium, nginx), or install it
	@scripts/setup

lint: ## formatting (gofumpt), go vet and staticcheck
	@out=$$($(TOOL) gofumpt -l .) && test -z "$$out" || { echo "not formatted, run make fmt: $$out"; exit 1; }
	go vet -tags browser,nginx ./...
	$(TOOL) staticcheck -tags browser,nginx ./...

fmt: ## format the Go files
	$(TOOL) gofumpt -w .

unit: ## the tests that need no browser, with the race detector
	go test $(RACE) -shuffle=on ./...

browser: setup ## the tests that drive a real Chromium
	go test $(RACE) -shuffle=on -tags browser -run '^TestBrowser' ./cmd/...

nginx: setup ## the tests that start a real nginx
	go test -race -shuffle=on -tags nginx -run '^TestNginx' ./cmd/...

clients: ## other people's HTTP clients in the asking end; needs npm and the network
	@scripts/clients

fuzz: ## each fuzz target for FUZZTIME seconds (1)
	@scripts/fuzz $(FUZZTIME)

bench: ## the benchmarks; BENCH=name for some of them
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

bench-peers: ## the middleware beside other people's, in turns; writes docs/benchmarks.md
	@scripts/bench-peers

wpt: ## the core of the web-platform-tests; WPT_SERVER is a running server of the suite, WPT_TESTS the list of tests
	go run ./internal/wpt -core -server '$(WPT_SERVER)' -tests '$(WPT_TESTS)' -ledger internal/wpt/ledger.txt

soak: ## the program under mixed load for SOAK (10m), then killed: nothing grows, nothing is lost
	CORSAGE_SOAK=$(SOAK) go test ./cmd/corsage -run '^TestSoak$$' -count 1 -v -timeout 0

modules: ## the tests of modules of their own, which need more than the main one: bench, server/corsotel
	cd bench && go vet -mod=mod ./... && go test -mod=mod ./...
	cd server/corsotel && go vet -mod=mod ./... && go test -mod=mod ./...

cover: ## how much of each function the tests reach
	go test -coverprofile=cover.out ./... && go tool cover -func=cover.out

vuln: ## known vulnerabilities in what is used; needs the network
	$(TOOL) govulncheck ./...
