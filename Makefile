# Every target first makes the virtual environment (tools/bootstrap.py) when it is missing or its pins changed.
PYTHON ?= python3
BIN := .venv/bin
TEST_ARGS ?=
DEMO_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-kafka check up clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

venv: ## make .venv from the pinned requirements, or bring it up to date
	@$(PYTHON) tools/bootstrap.py

demo: venv ## start everything, play the sample portfolio to the end, print what happened
	@$(BIN)/forbear demo $(DEMO_ARGS)

test: venv ## run all tests, on engines started from packages
	@$(BIN)/python -m pytest $(TEST_ARGS)

test-kafka: venv ## run integration and e2e tests and a short demo on real Apache Kafka (needs java and mvn)
	@FORBEAR_BROKER=apache $(BIN)/python -m pytest tests/integration tests/e2e $(TEST_ARGS)
	@FORBEAR_BROKER=apache FORBEAR_STATE=.forbear/test-kafka $(BIN)/forbear demo --cases 20 $(DEMO_ARGS)

check: venv ## lint, format, types, imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

up: venv ## start engines, services and sandbox, and stay in the foreground
	@$(BIN)/forbear up

clean: ## stop what runs here; remove .venv, .forbear and what belongs to them
	@$(PYTHON) tools/clean.py
