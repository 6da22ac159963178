# `make demo` and `make test` do everything on a machine that has python3 and make.
# `make demo` respects NO_COLOR; PYTHON=python3.12 chooses another interpreter.

PYTHON ?= python3
BIN := .venv/bin
ARTICLE := examples/spun.txt
COLOR := $(if $(NO_COLOR),never,always)

.PHONY: demo test test-slow lint clean

demo: .venv/demo
	@printf '\n── before ──\n\n'
	@cat $(ARTICLE)
	@printf '\n── after: repair fix $(ARTICLE) ──\n\n'
	@$(BIN)/repair fix $(ARTICLE)
	@printf '\n── the changes: repair explain $(ARTICLE) ──\n\n'
	@$(BIN)/repair explain --color $(COLOR) $(ARTICLE)

test: .venv/dev
	$(BIN)/python -m pytest -n 2

test-slow: .venv/dev
	$(BIN)/python -m pytest -m slow

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps below are as old as the last install, so that a second run installs nothing.

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14) and "repair needs Python 3.10 to 3.13; name one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable .
	@touch $@

.venv/dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[train,eval,test,lint]'
	@touch $@ .venv/demo
