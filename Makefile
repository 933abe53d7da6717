# What a person types. CI calls `make test` and nothing else.

PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed
PORT   ?= 8040
TESTS_AT_ONCE ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo test pages screens lint bench soak lock clean check-python

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

demo: pages ## a server with made-up data, on http://127.0.0.1:8040
	$(BIN)/field demo

test: lint pages ## everything that must hold: lint, types, import rules, tests
	$(BIN)/python hatch_build.py test
	$(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadgroup $(ARGS)

pages: $(STAMP) ## the browser's pages, where their sources in web/ have changed
	@$(BIN)/python hatch_build.py pages

screens: $(STAMP) ## a picture of every screen in both languages, into docs/screens
	$(BIN)/python -m tests.browser.screens

lint: $(STAMP) ## ruff, mypy, import rules, TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python hatch_build.py check

bench: $(STAMP) ## measure against the limit; one of them with ONLY=name
	$(BIN)/python -m bench $(ONLY)

soak: $(STAMP) ## 2,000 fleets in the worst weather, and 200 deaths of the server on each database
	$(BIN)/field sim --seeds 2000 --weather worst --keep tests/sim/seeds.json --json - $(ARGS)
	$(BIN)/field sim --scenario kill --seeds 20 --database sqlite
	$(BIN)/field sim --scenario kill --seeds 20 --database postgres

# The lock says which file of each dependency is meant, by its hash, and names no place to get it from: that is
# for the machine's own settings. It holds every extra, for Python 3.11 and later, on every platform.
# uv is wanted here only; installing needs pip alone.
lock: check-python ## choose the dependencies' versions anew (UPGRADE=--upgrade for newer ones)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		$(UPGRADE) --quiet --output-file requirements.lock

clean: ## remove what was installed and cached; data in field-data/ stays
	rm -rf .venv build dist field/web web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find field tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Field needs Python 3.11 or later. '$(PYTHON)' is older or missing:" \
		     "install one and say which, as in 'make PYTHON=python3.12 $(MAKECMDGOALS)'." >&2; exit 1; }

# A stamp, so that a second run starts at once. The package is installed from this folder, so that a change in
# field/ is there without installing again.
$(STAMP): requirements.lock pyproject.toml | check-python
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
