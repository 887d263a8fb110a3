# GNU make. `make` alone lists the targets.
PYTHON ?= python3
UV ?= uv
VENV := .venv
# Written last by the set-up: while it is newer than these files nothing is to be redone. What the product needs, and
# that with the tools of the tests.
TEMOIN := $(VENV)/.installation-terminee
TEMOIN_OUTILS := $(VENV)/.installation-des-outils-terminee

.DEFAULT_GOAL := help
# Two set-ups at once would undo each other.
.NOTPARALLEL:
.PHONY: help setup bilan test test-longs lint bench clean lock

help:
	@echo 'make bilan   prépare l’environnement, puis produit le bilan et les fiches de l’exemple fictif dans exemple/'
	@echo 'make test    prépare l’environnement, puis lance les tests (quelques minutes)'
	@echo 'make test-longs  lance les autres : hasard, attaques, arrêts, chaque page dans un navigateur, les cinq années de l’exemple'
	@echo 'make lint    vérifie le style, les types et l’ordre des étages'
	@echo 'make bench   mesure les performances, contre leurs références et leurs cibles (docs/performances.md)'
	@echo 'make setup   prépare seulement l’environnement (.venv) avec les outils des tests, si ce n’est pas déjà fait'
	@echo 'make clean   efface l’environnement, les caches et exemple/ ; jamais data/ ni reports/'
	@echo 'make lock    recalcule requirements.lock et requirements-dev.lock (demande l’outil « uv »)'

setup: $(TEMOIN_OUTILS)
	@:

$(TEMOIN): requirements.lock pyproject.toml scripts/installer.sh
	@PYTHON='$(PYTHON)' VENV='$(VENV)' VERROU=requirements.lock TEMOINS='$(TEMOIN)' sh scripts/installer.sh

$(TEMOIN_OUTILS): requirements-dev.lock requirements.lock pyproject.toml scripts/installer.sh
	@PYTHON='$(PYTHON)' VENV='$(VENV)' VERROU=requirements-dev.lock TEMOINS='$(TEMOIN) $(TEMOIN_OUTILS)' \
		sh scripts/installer.sh

bilan: $(TEMOIN)
	@$(VENV)/bin/cil exemple --bilan

# A file of tests stays whole on one process, and the browser comes last on each (tests/conftest.py).
PYTEST = $(VENV)/bin/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
test: $(TEMOIN_OUTILS)
	@$(PYTEST) --ignore tests/longs

test-longs: $(TEMOIN_OUTILS)
	@$(PYTEST) tests/longs

lint: $(TEMOIN_OUTILS)
	$(VENV)/bin/ruff check --no-cache .
	$(VENV)/bin/ruff format --no-cache --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(TEMOIN_OUTILS)
	@$(VENV)/bin/python -m benchmarks

# Only what the targets above have made.
clean:
	rm -rf $(VENV) exemple .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# Two locks for Python ≥ 3.11 on Linux, macOS and Windows, the first part of the second: uv writes the markers and every
# hash. No index address is written, so that an institution's mirror serves as well.
COMPILER = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links
lock:
	@command -v $(UV) >/dev/null || { echo 'make lock demande l’outil « uv » (pip install uv).' >&2; exit 1; }
	$(COMPILER) $(OPTIONS_LOCK) --group installation --output-file requirements.lock pyproject.toml
	$(COMPILER) $(OPTIONS_LOCK) --constraints requirements.lock --group dev --output-file requirements-dev.lock pyproject.toml
