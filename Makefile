# Everything sets itself up: the environment in .venv, a browser where none is found. Python 3.11 or newer, make and a
# connection to a package index are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RIVALS := $(VENV)/.rivals

.PHONY: help demo test lint bench scripts verdicts clean

help:
	@echo "make demo      the demo careers site on http://127.0.0.1:8000"
	@echo "make test      all tests, in a real browser too"
	@echo "make lint      ruff, mypy, the layers"
	@echo "make bench     what things cost on this machine"
	@echo "make scripts   squeeze the scripts of static/banner for browsers, after a change"
	@echo "make verdicts  ask Chromium anew about every page of the HTML wall's splice test"
	@echo "make clean     remove the environment, the demo's files and what was built"

$(STAMP): pyproject.toml scripts/check_python.py
	@$(PYTHON) scripts/check_python.py
	@echo "Setting up .venv; the first time takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/python -m demo_app

test: $(STAMP)
	$(BIN)/python scripts/find_browser.py
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Not every platform has wheels of all rivals. The bench names those that it goes without.
$(RIVALS): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' && touch $@ \
		|| echo "Some of the rivals can't be installed here."

bench: $(STAMP) $(RIVALS)
	$(BIN)/python tests/bench/bench_gate.py
	$(BIN)/python tests/bench/bench_facts.py
	$(BIN)/python tests/bench/bench_html.py
	$(BIN)/python tests/bench/bench_ledger.py

scripts: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[scripts]'
	$(BIN)/python scripts/build_scripts.py

verdicts: $(STAMP)
	$(BIN)/python scripts/find_browser.py
	PYTHONPATH=.:tests $(BIN)/python scripts/verdicts.py

clean:
	rm -rf $(VENV) .demo dist build
