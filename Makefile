# The two commands are `make demo` and `make test`; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

.PHONY: demo test lint format types check dagster bench chromium lock clean

demo: $(STAMP) ## invent a municipality, run the night, print where the report is
	$(BIN)/socialstat demo

test: $(STAMP) chromium ## the whole test suite, the browser test included
	$(BIN)/pytest -n auto --dist loadgroup

lint: $(STAMP)
	$(BIN)/ruff check .

format: $(STAMP)
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

check: lint format types

dagster: $(STAMP) ## Dagster's own pages on localhost:3000
	$(BIN)/socialstat dagster

bench: $(STAMP) ## the measurements that the docs quote
	$(BIN)/python benchmarks/night.py

# One interpreter, one locked set of packages with hashes, the project itself editable.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

# The browser test wants Debian's chromium; without it and without the right to install it, that test skips.
chromium:
	@command -v chromium >/dev/null 2>&1 \
	 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	      && echo "installing Debian's chromium for the browser test" \
	      && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	 || echo "chromium is not installed: the browser test will skip"

# After a change in pyproject.toml. uv resolves; the lock names no index.
lock:
	uv pip compile pyproject.toml --group dev --python-version 3.11 --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet -o requirements.lock

clean: ## remove what was built, never the data
	rm -rf $(VENV) dbt_project/target .pytest_cache .mypy_cache .ruff_cache
