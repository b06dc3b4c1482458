# Every target sets up what it needs: Python 3.11 or newer and make are enough.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONFIG ?= config.toml
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run playground test check format bench lock

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(READY)  ## make the virtual environment with everything that development needs

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)  ## run the bot with config.toml (CONFIG=FILE for another)
	$(BIN)/glimpse run --config $(CONFIG)

playground: $(READY)
	@echo "The playground is not built yet; until then: glimpse describe IMAGE (see the README)."
	@exit 1

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest

check: $(READY)  ## everything that CI asks: format, lint, import contracts, types, tests, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(READY)  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## measure and print the figures
	$(BIN)/python -m bench

lock: $(READY)  ## resolve the dependencies anew into requirements/
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra fast --extra postgres pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 --all-extras --group dev pyproject.toml -o requirements/dev.txt
