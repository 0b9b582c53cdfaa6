# Targets for users; each sets up everything it needs with only Python 3.11+ and make.
#   demo   the box beside the product it guards
#   test   lint, then every test, on up to four cores
#   suite  every test, without the lint
#   quick  the inner loop, well under a minute: ruff, and the tests of the rooms that load no model
#          and no Chroma, less the tests marked slow (over a second each, or waiting for a clock)
#   fuzz   many more requests made from the gateway's OpenAPI document than the tests make
#   lint   ruff, pyright (strict), import-linter
#   map    every module and why it exists
#   screenshots  the pictures of the console that README shows; needs Chromium
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Where Python may keep no compiled modules, every process that a test starts compiles torch anew.
export PYTHONDONTWRITEBYTECODE :=

# A file stays with one worker, so what its tests share is made once; the longest files go first.
WORKERS := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
QUICK := tests/test_architecture.py tests/prompts tests/guards tests/retrieval/ledger \
  tests/retrieval/test_words.py tests/boxed/api tests/boxed/hiding tests/boxed/release \
  tests/boxed/workers tests/boxed/drafting tests/boxed/test_settings.py tests/evals/data \
  tests/evals/test_records.py

.PHONY: demo test suite quick fuzz lint map screenshots clean

demo: $(VENV)/.installed
	$(BIN)/boxed demo

test: lint suite

suite: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(WORKERS)

quick: $(VENV)/.installed-dev
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/python -m pytest $(WORKERS) -m 'not slow' $(QUICK)

fuzz: $(VENV)/.installed-dev
	BOXED_FUZZ_EXAMPLES=200 $(BIN)/python -m pytest -o timeout=3600 tests/boxed/gateway/test_openapi.py

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

# Every module and why it exists, from the docstrings; needs no set-up.
map:
	@$(PYTHON) .ci/map.py

screenshots: $(VENV)/.installed-dev
	$(BIN)/python .ci/screenshots.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Boxed needs Python 3.11 or later; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	.ci/install $(VENV) constraints.txt -e .
	touch $@

# The development set holds the user's: one pass makes both.
$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	.ci/install $(VENV) constraints.txt -e '.[dev]'
	touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
