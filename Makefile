# The few verbs of this workshop. Everything happens in .venv; nothing but Python 3.11 or newer and make is needed.
PYTHON ?= python3
BIN := .venv/bin
RUN_READY := .venv/.run
DEV_READY := .venv/.dev

.PHONY: help run test lint format bench promise shared model lock clean

help:            ## what can be made
	@sed -n 's/^\([a-z]*\): .*## /\1	/p' $(MAKEFILE_LIST)

run: $(RUN_READY)    ## install into .venv and run the service on sentinel.yaml
	$(BIN)/sentinel run

test: $(DEV_READY)   ## install into .venv; the rules' own examples, then the suite
	$(BIN)/sentinel check
	$(BIN)/sentinel test
	$(BIN)/pytest -n auto

lint: $(DEV_READY)   ## ruff and mypy, both strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV_READY) ## let ruff lay the code out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_READY)  ## speed and memory, as ratios measured in one run
	$(BIN)/pytest -m bench -s tests/bench

promise: $(DEV_READY) ## false alarms beside what was asked, and storms caught, on made-up brands
	$(BIN)/pytest -m promise tests/promise

shared: $(DEV_READY) ## tests over data that is not part of the repository, where it is present
	$(BIN)/pytest -m shared -n auto

model: $(DEV_READY)  ## fit the models that ship, to the posts in corpus/ and VADER's ground truth (minutes)
	$(BIN)/python -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: -d .venv/vader vaderSentiment==3.3.2
	$(BIN)/python corpus/build.py .venv/vader

lock: $(DEV_READY)   ## pin anew: requirements.lock and requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:           ## forget the environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sentinel needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

$(RUN_READY): requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@
