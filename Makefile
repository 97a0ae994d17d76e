# Two commands: `make demo` shows Hanse, `make test` proves it. Both need python3 (3.11 or newer, with venv) and nothing else.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: help demo test check format lock maps clean

help:
	@echo "make demo    the demo mall on http://127.0.0.1:8000 (Ctrl-C stops it)"
	@echo "make test    everything that continuous integration runs"
	@echo "make check   the static checks alone, in under a minute"
	@echo "make format  lays the code out and mends what can be mended"
	@echo "make lock    renews requirements.lock"
	@echo "make maps    draws docs/maps from the code"
	@echo "make clean   removes everything made by running: environment, database, reports"

$(READY): requirements.lock pyproject.toml tools/environment.sh
	@PYTHON="$(PYTHON)" sh tools/environment.sh
	@touch $@

demo: $(READY)
	@exec $(BIN)/hanse demo

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tools.lints
	$(BIN)/mypy
	$(BIN)/python -m tools.migrations
	$(BIN)/python -m tools.maps --check

test: check
	$(BIN)/python -m tools.browser
	$(BIN)/coverage erase
	$(BIN)/pytest --cov --cov-report= -n $${HANSE_TEST_PROCESSES:-2}
	$(BIN)/python -m tools.coverage_gate

format: $(READY)
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

lock: $(READY)
	PYTHON="$(PYTHON)" sh tools/lock.sh

maps: $(READY)
	$(BIN)/python -m tools.maps

clean:
	-@[ ! -x $(BIN)/python ] || $(BIN)/python -c "from hanse.config import postgres; postgres.stop()"
	rm -rf .venv var build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
