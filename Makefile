# One command a purpose; each sets up what it needs. `make check` runs the main job, `make test` all that CI runs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: setup check test lint unit nightly bench clean

setup: $(VENV)/.compiled

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("kmodel needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# An editable installation is not compiled by pip, and an environment may forbid Python to keep what it compiles.
$(VENV)/.compiled: $(VENV)/.ready $(shell find kmodel -name '*.py')
	$(BIN)/python -m compileall -q kmodel
	touch $@

check: setup
	$(BIN)/kmodel check spec/

test: lint unit

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/kmodel fmt --check spec/
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest -q -n 2 -m 'not nightly'

nightly: setup
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -q -n 2

bench: setup
	$(BIN)/python bench/run.py
	$(BIN)/python -m bench.rates
	$(BIN)/python -m bench.large
	$(BIN)/python -m bench.symbolic --large
	$(BIN)/python -m bench.placement
	$(BIN)/python -m bench.connectivity
	$(BIN)/python -m bench.kivi
	$(BIN)/python -m bench.behaviours

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
