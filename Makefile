# Everything a person needs, by name. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test check lint types imports contracts unit browser portal portal-test screenshots bench generate clean

PORTAL_SOURCES := $(shell find portal -name node_modules -prune -o -name dist -prune -o -name shots -prune -o -type f ! -name schema.d.ts -print 2>/dev/null)

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: .make/python .make/npm  ## install what the project needs into .venv and node_modules (quick when nothing changed)

demo: setup .make/portal  ## run the main job: a whole chain of seven members, from inspection files to a verified score
	@$(BIN)/credence demo $(ARGS)

test: setup browser check contracts portal-test unit  ## everything that must hold: style, types, import rules, contracts, tests

check: lint types imports  ## style, types and import rules

lint: setup
	@echo "== ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup
	@echo "== mypy"; $(BIN)/mypy

imports: setup
	@echo "== import-linter"; $(BIN)/lint-imports --no-cache

contracts: setup  ## compile the contracts and run their Solidity tests
	@echo "== contracts"; $(BIN)/npx --no-install hardhat test solidity

unit: setup  ## the Python tests
	@echo "== pytest"; $(BIN)/python -m pytest -n $${CREDENCE_TEST_WORKERS:-2} --dist loadfile $(ARGS)

portal: .make/portal  ## build the web portal into portal/dist, from where nodes serve it

browser: setup  ## bring Debian's Chromium for the portal's end-to-end tests, where that is allowed
	@$(BIN)/python -m tools.browser

portal-test: .make/portal  ## the portal's types, lint, texts, size and tests
	@echo "== portal"; cd portal && $(CURDIR)/$(BIN)/npm run --silent check && $(CURDIR)/$(BIN)/npm run --silent size && $(CURDIR)/$(BIN)/npm test --silent

screenshots: setup browser .make/portal  ## pictures of every screen, both languages, phone and desk, into build/screenshots
	@$(BIN)/python -m tests.e2e.portal_shots $(ARGS)

bench: setup  ## speed, as ratios against a named peer in the same run
	@$(BIN)/python -m tests.benchmarks $(ARGS)

generate: setup  ## write again every committed file that a script makes (vectors, contracts, OpenAPI)
	@$(BIN)/python -m tools.generate

clean:  ## remove what setup and demo made
	rm -rf .venv .make node_modules portal/node_modules portal/dist portal/shots artifacts cache demo-data build

.make/venv:
	@mkdir -p .make
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Credence needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@[ -x $(BIN)/python ] || { echo "== creating .venv"; $(PYTHON) -m venv .venv; }
	@touch $@

.make/python: .make/venv pyproject.toml requirements/constraints.txt
	@echo "== installing Python packages (two minutes the first time)"
	@$(BIN)/python -m pip install --quiet --constraint requirements/constraints.txt --editable '.[node,dev,federated]'
	@touch $@

.make/npm: .make/python package.json package-lock.json
	@echo "== installing the contract tool chain (npm, about a minute the first time)"
	@$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/portal-packages: .make/python portal/package.json portal/package-lock.json
	@echo "== installing what the portal is built with (npm, half a minute the first time)"
	@cd portal && $(CURDIR)/$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/portal: .make/portal-packages docs/openapi.json $(PORTAL_SOURCES)
	@echo "== building the portal"
	@cd portal && $(CURDIR)/$(BIN)/npm run --silent build
	@touch $@
