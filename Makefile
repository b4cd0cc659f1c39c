# One command for each habit. `make` alone says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
ENVIRONMENT := .venv/.made
MODULES := node_modules/.made
FRONTEND := throughcare/core/static/build/.made
FRONTEND_SOURCES := package.json package-lock.json $(shell find frontend -type f 2>/dev/null)

.PHONY: pictures help run test test-hours check fix bench environment frontend chromium lint types contracts

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: environment frontend ## the whole thing with its demo, on http://127.0.0.1:8000
	$(BIN)/throughcare serve --demo

# Two halves side by side, about as long as each other (tests/halves.py). Compiled once a checkout, whatever the shell says:
# tests start some hundred processes of their own. Each run has a directory of its own, so that two of them do not meet.
PYTEST := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/.state/bytecode $(BIN)/pytest
test: check chromium frontend ## all that the build server runs, at one hour
	npm test --silent
	@mkdir -p .state; run=$$(mktemp -d .state/run.XXXXXX); \
	echo "$(BIN)/pytest --half 1, and beside it --half 2 (shown when it ends; $$run/2.log meanwhile)"; \
	$(PYTEST) --half 2 --times $$run/2 > $$run/2.log 2>&1 & half=$$!; \
	$(PYTEST) --half 1 --times $$run/1 || bad=1; wait $$half || bad=1; cat $$run/2.log; \
	$(BIN)/python -m tests.halves slowest $$run/1 $$run/2; exit $${bad:-0}

# In London: a weekday's afternoon, late evening and night, and both nights on which the clocks change.
test-hours: environment ## all that once more at each hour of the day that has been trouble
	@for hour in $$($(BIN)/python -m tests.clocks); do \
	  echo "== $$hour"; THROUGHCARE_TEST_CLOCK=$$hour $(MAKE) --no-print-directory test || bad="$$bad $$hour"; \
	done; [ -z "$${bad:-}" ] || { echo "Not green at:$$bad"; exit 1; }

check: lint types contracts ## the fast part: lint, types, contracts

fix: environment ## put formatting right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: environment frontend ## the figures that we hold ourselves to
	$(BIN)/throughcare bench

pictures: environment frontend chromium ## photograph the demo for the documentation
	$(BIN)/python -m docs.take_pictures

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: environment
	$(BIN)/mypy

contracts: environment
	$(BIN)/lint-imports --cache-dir .state/imports

environment: $(ENVIRONMENT)
frontend: $(FRONTEND)

$(ENVIRONMENT): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' || { echo "Python cannot make environments here: sudo apt-get install -y python3-venv"; exit 2; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

requirements.lock: pyproject.toml
	@[ -x $(BIN)/uv ] || exit 0; $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra dev pyproject.toml --output-file $@
	@touch $@

$(MODULES): package.json package-lock.json
	@[ "$$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 20 ] || { echo "Node 20 or newer is needed to build the front end."; exit 2; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(FRONTEND): $(MODULES) $(FRONTEND_SOURCES)
	npm run --silent build
	@touch $@

chromium:
	@bin/need-chromium
