# Every target sets up what it needs: Python 3.11 or newer and make are enough.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
PLAYABLE := $(VENV)/.playable
CONFIG ?= config.toml
ARGS ?=
FILE ?=
SECONDS ?= 60
DISCORD_SPEC ?= $(or $(GLIMPSE_DISCORD_SPEC),../shared/specs/discord-openapi.json)
# Each test file runs on one of three processes: some share a bot among their tests, and many wait.
# Each process collects all tests, so a selection (ARGS) runs in one that collects them once.
JOBS ?= $(if $(strip $(ARGS)),0,3)
PARALLEL = -n $(JOBS) --dist loadfile --ignore tests/browser --ignore tests/spec

# Compiled modules are kept: to compile all tests at each start takes longer than many of them run.
unexport PYTHONDONTWRITEBYTECODE

# Percent of branches and lines that the tests must reach.
COVERAGE_FLOOR := 90
CORE_COVERAGE_FLOOR := 98

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal \
	--generate-hashes --no-emit-index-url --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help install setup run playground screenshots quick test proofs drill events browser check coverage format docs bench fuzz chaos lock

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

install: $(INSTALLED)  ## install the bot into .venv, without the tools of development

setup: $(READY)  ## make the virtual environment with everything that development needs

define make-venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Glimpse needs Python 3.11 or newer, and '$(PYTHON)' is not:" \
		"$$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.13 ..." >&2; \
	exit 1; }
$(PYTHON) -m venv $(VENV)
endef

# The bot and the packages of one lock, without the tools of development.
define install-locked
$(make-venv)
$(PIP) --require-hashes -r requirements/build.txt
$(PIP) --require-hashes -r requirements/$(1)
$(PIP) --no-deps --no-build-isolation --editable .
@touch $@
endef

$(READY): requirements/dev.txt pyproject.toml
	$(make-venv)
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED) $@

$(INSTALLED): requirements/run.txt requirements/build.txt pyproject.toml
	$(call install-locked,run.txt)

$(PLAYABLE): requirements/offline.txt requirements/build.txt pyproject.toml
	$(call install-locked,offline.txt)

run: $(INSTALLED)  ## run the bot with config.toml (CONFIG=FILE for another)
	$(BIN)/glimpse run --config $(CONFIG)

playground: $(PLAYABLE)  ## try the bot in the browser, without Discord and without a key
	@$(BIN)/glimpse playground $(ARGS)

screenshots: $(READY)  ## take the documentation's pictures of the playground (needs chromium)
	$(PIP) --require-hashes -r requirements/offline.txt
	GLIMPSE_BROWSER=required GLIMPSE_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/browser --quiet

quick: $(READY)  ## run the tests of one file or folder at once, with fewer examples (FILE=bot/core/quota/limits.py or a test)
	@file=$$(echo '$(FILE)' | sed -E 's#^bot/(.*/)?([^/]+)\.py$$#tests/\1test_\2.py#; s#^bot/#tests/#'); \
	if [ ! -e "$$file" ]; then echo "There is no '$$file': name a file, as in make quick FILE=tests/core/quota/test_limits.py" >&2; exit 2; fi; \
	GLIMPSE_HYPOTHESIS=quick $(BIN)/python -m pytest -p no:xdist -p no:cacheprovider --no-header -q $(ARGS) "$$file"

test: $(READY)  ## run the tests (ARGS="-k quota" for some of them; JOBS=2 to run those in parallel)
	@echo "Left out here: the long proofs (make proofs), and the tests in a real browser (make browser)."
	$(BIN)/python -m pytest $(PARALLEL) -m "not proof" $(ARGS)

proofs: $(READY)  ## run the tests that take long: every ending, pictures made, several endpoints, crowds, hostile files, other people's servers
	$(BIN)/python -m pytest $(PARALLEL) -m proof $(ARGS)

drill: $(READY)  ## back up a database in use, destroy it, restore it and prove it, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -p no:xdist -p no:cacheprovider --no-header -q $(ARGS) tests/store/backups/test_drill.py

events: $(READY)  ## send the bot every event of Discord's own description in odd forms (DISCORD_SPEC=FILE)
	@if [ -e "$(DISCORD_SPEC)" ]; then \
		GLIMPSE_DISCORD_SPEC="$(DISCORD_SPEC)" $(BIN)/python -m pytest tests/spec -n 2 --quiet $(ARGS); \
	else echo "Left out: events in odd forms, for there is no '$(DISCORD_SPEC)' (DISCORD_SPEC=FILE names another)."; fi

browser: $(READY)  ## run the tests of the playground's page in a real browser (needs chromium)
	GLIMPSE_BROWSER=required $(BIN)/python -m pytest tests/browser $(ARGS)

check: $(READY)  ## everything that CI asks: format, lint, import contracts, types, tests, coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	@rm -f .coverage .coverage.*
	PYTHONASYNCIODEBUG=1 $(BIN)/coverage run -m pytest $(PARALLEL) $(ARGS)
	@$(MAKE) --no-print-directory --silent coverage > .coverage-report || { cat .coverage-report; exit 1; }

coverage: $(READY)  ## show what the tests of the last `make check` reached, and compare it with the floors
	@if ls .coverage.* > /dev/null 2>&1; then $(BIN)/coverage combine --quiet; fi
	@$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR)
	@$(BIN)/coverage report --include='bot/core/*' --fail-under=$(CORE_COVERAGE_FLOOR)

format: $(READY)  ## format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)  ## write config.example.toml and docs/configuration.md from the list of keys
	$(BIN)/python -m bot.config.reference

bench: $(READY)  ## measure and print the figures
	$(BIN)/python -m bench

fuzz: $(READY)  ## look for a minute for bytes that break the reading of answers (SECONDS=600 for longer)
	$(PIP) --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m fuzz $(SECONDS)

chaos: $(READY)  ## kill, cut and break for three minutes, and judge every question (ARGS="--kills 300 --engine both --seed 7")
	$(BIN)/python -m chaos $(ARGS)

lock: $(READY)  ## resolve the dependencies anew into requirements/
	$(COMPILE) --extra fast --extra postgres --extra charts pyproject.toml -o requirements/run.txt
	$(COMPILE) --extra fast --extra postgres --extra charts --group dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --extra offline --extra charts --constraint requirements/dev.txt pyproject.toml -o requirements/offline.txt
	echo 'atheris>=3,<3.1' | $(COMPILE) - -o requirements/fuzz.txt  # 3.1 has no wheel for Python 3.11
	echo 'setuptools>=77' | $(COMPILE) - -o requirements/build.txt
