# Two commands are enough: `make demo` and `make test`. They install what they need.
# Every target is a command of platform/rollout/workbench.

PYTHON ?= $(or $(shell command -v python3.11 || command -v python3),python3)
WORKBENCH = $(PYTHON) -m rollout.workbench

export PYTHONPATH := $(CURDIR)/platform

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset dev test check bench torture lock theme catalogues clean

help: ## Show these commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

demo: ## Set everything up and serve the demo until Ctrl-C (DEMO_PORT=8000)
	@$(WORKBENCH) demo

demo-reset: ## Empty the demo's database and files
	@$(WORKBENCH) reset

dev: ## The demo, starting again when a file changes
	@$(WORKBENCH) dev

test: ## Set everything up and run the tests (PYTEST="tests/pairs -k signs")
	@$(WORKBENCH) test

check: ## Lint, types, templates, imports, migrations, weaknesses, then the tests
	@$(WORKBENCH) check

bench: ## Measure the tenancy beside django-tenants and the raw limit (BENCH_SIZE=full)
	@$(WORKBENCH) bench

torture: ## Kill workers, wipe the broker, crash the database; count what is left (TORTURE_JOBS=200)
	@$(WORKBENCH) torture

lock: ## Write the pinned requirements anew
	@$(WORKBENCH) lock

theme: ## Build the theme
	@$(WORKBENCH) theme

catalogues: ## Compile the translations
	@$(WORKBENCH) catalogues

clean: ## Remove what can be made again
	@$(WORKBENCH) clean
