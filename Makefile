# `make` alone says what there is to make. Everything longer than a line is a script in .ci/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build run test check test-root test-vm cross test-faults soak fuzz bench recording recordings picture lint clean

export CGO_ENABLED := 0
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FLAGS   := -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
FUZZTIME ?= 10s

ifeq ($(shell command -v go),)
$(error there is no go on PATH: install Go $(shell sed -n 's/^go //p' go.mod) or newer, from your distribution or go.dev)
endif

help: ## this list
	@echo 'glassbox: a container started in slow motion'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# The linker writes through a mapping: its file lies in the page cache page by page. A copy lies there
# in larger pieces, as an installed program does, and starts a fifth sooner.
build: ## bin/glassbox, one static binary
	go build $(FLAGS) -o bin/.linked ./cmd/glassbox
	@cp bin/.linked bin/.copied && mv -f bin/.copied bin/glassbox

run: build ## start the built-in demo container, stage by stage
	bin/glassbox run demo

test: ## the whole suite; as root on Debian it installs what is missing
	.ci/test

check: cross lint ## vet, quick tests, the arrows between packages, lint, builds for other systems
	go vet ./... ./.ci/tally ./.ci/bench
	go test -short ./... ./.ci/tally ./.ci/bench

test-root: ## every test on this machine, as root
	if [ "$$(id -u)" = 0 ]; then .ci/test here; else sudo --preserve-env=PATH,HOME,GOFLAGS .ci/test here; fi

test-vm: ## the tests and lessons in a virtual machine: pure cgroup v2, as root and as an ordinary user; systemd; Ubuntu
	.ci/test vm-root vm-user vm-lessons systemd-root systemd-user ubuntu-root

cross: ## see that it builds where there is no Linux (replay, lessons, images), and on arm64
	GOOS=darwin GOARCH=arm64 go build -o /dev/null ./cmd/glassbox
	GOOS=windows GOARCH=amd64 go build -o /dev/null ./cmd/glassbox
	GOOS=linux GOARCH=arm64 go build -o /dev/null ./cmd/glassbox

test-faults: ## kill a run after each of its events, and starve it; then look for traces (15 minutes, as root or not)
	set -o pipefail; GLASSBOX_FAULTS=all go test ./cmd/glassbox -v -timeout 60m -run 'TestFault' | grep -E 'FIGURE|^(---|ok|FAIL)'

soak: ## 1,000 starts in a row, 50 at once, 1,000 programs that join (10 minutes, as root or not)
	set -o pipefail; GLASSBOX_SOAK=all go test ./cmd/glassbox -v -timeout 60m -run 'TestSoak' | grep -E 'FIGURE|^(---|ok|FAIL)'

fuzz: ## every fuzz target for FUZZTIME (10s)
	.ci/fuzz $(FUZZTIME)

bench: build ## figures against the budgets, side by side with runc, crun, podman and tar
	.ci/bench/run

recording: ## the built-in recording, made anew in the virtual machine
	.ci/recording

recordings: ## the recordings of the lessons, made anew in the virtual machine (10 minutes); LESSONS='chain pull': those alone
	.ci/recordings $(LESSONS)

picture: ## the README's picture, made anew from the built-in recording
	.ci/picture/make

lint: ## golangci-lint, pinned
	.ci/lint

clean: ## what was built here
	rm -rf bin .cache
