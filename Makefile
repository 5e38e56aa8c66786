# Jincai: `make help` lists what there is. Every target does its own set-up.
.PHONY: help setup demo app test lint fuzz bench bundle clean
BIN := .venv/bin
TEST_ARGS ?=
# Two processes share the tests, file by file
PROCESSES ?= -n 2 --dist loadfile --max-worker-restart=0
BENCH_ARGS ?=

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

.venv/.ready: requirements.lock pyproject.toml .ci/prepare
	@bash .ci/prepare

setup: .venv/.ready ## install what the project needs (system packages where allowed, .venv from the lock file)

demo: .venv/.ready ## one procurement from budget to archive, evidence in demo-output/
	@$(BIN)/jincai demo --output demo-output

app: .venv/.ready ## open the desktop app on the demo world
	@$(BIN)/jincai app --world demo-world

test: .venv/.ready lint ## all checks and tests
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(PROCESSES) $(TEST_ARGS)

lint: .venv/.ready ## style, types and the import law
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fuzz: .venv/.ready ## feed every reader of foreign bytes at least 200,000 examples (JINCAI_FUZZ=1000: so many a reader)
	@QT_QPA_PLATFORM=offscreen nice $(BIN)/python -m pytest -m nightly tests/fuzz $(TEST_ARGS)

bench: .venv/.ready ## measure against named peers in one run (BENCH_ARGS="--size 64MiB" for less than 1 GiB)
	@$(BIN)/python -m bench $(BENCH_ARGS)

bundle: .venv/.ready ## the app as one folder that needs no Python: dist/jincai and a .tar.xz (Linux)
	@bash .ci/bundle

clean: ## remove what make made (never your data)
	rm -rf .venv build dist bench-output bench/peers/node_modules demo-output demo-world .pytest_cache .mypy_cache .ruff_cache
