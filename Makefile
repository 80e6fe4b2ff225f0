# Verbs only. Each makes the environments that it needs (once), then calls `python -m twin` or a tool.

PYTHON ?= python3
PY := .venv/bin/python
TWIN := $(PY) -m twin

# A machine may forbid bytecode; every start would then compile Airflow again.
export PYTHONDONTWRITEBYTECODE :=

# What a person gives may hold quotes, blanks and dollars: it travels in the environment, where
# neither make nor the shell reads it again.
unexport MODEL FILE ROW TO NAME TARGET KIND COLUMNS
export GIVEN_MODEL := $(value MODEL)
export GIVEN_FILE := $(value FILE)
export GIVEN_ROW := $(value ROW)
export GIVEN_TO := $(value TO)
export GIVEN_NAME := $(value NAME)
export GIVEN_TARGET := $(value TARGET)
export GIVEN_KIND := $(value KIND)
# A terminal exports its width under this name.
export GIVEN_COLUMNS := $(if $(filter command,$(origin COLUMNS)),$(value COLUMNS))

.DEFAULT_GOAL := help
.PHONY: help deploy-roles python run test up down push upload model reconcile redrive teardown invoke status logs report pictures preview preflight cost engine check format lock clean environments spark-env sagemaker-env policy-env bench-env bench-serving-env bench-quality

help: ## this list
	@awk -F':.*## ' '/^[a-z%-]+:.*## /{n = split($$2, part, " :: "); \
	  printf "  make %-26s %s\n", (n > 1 ? part[1] : $$1), part[n]}' $(MAKEFILE_LIST)

environments: python
	@$(PYTHON) ops/bootstrap.py project aws image glue

python:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) was not found on PATH"; \
	  echo "  do: install Python 3.11, 3.12 or 3.13, or name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "make: $$($(PYTHON) --version 2>&1) was found, Python 3.11, 3.12 or 3.13 is needed"; \
	  echo "  do: install one of them, or name it: make run PYTHON=python3.12"; exit 1; }

run: environments ## one real push through all fifteen steps, a report at the end
	@$(TWIN) run

up: environments ## the same, and stay up: Airflow UI, AWS endpoint, model endpoints
	@$(TWIN) up

down: environments ## end what `make up` started
	@$(TWIN) down

push: environments ## push the working tree to the twin that is up, and follow it
	@$(TWIN) push

upload: environments ## upload MODEL= FILE= :: put a raw file, and follow the retraining
	@$(TWIN) upload -- "$$GIVEN_MODEL" "$$GIVEN_FILE"

reconcile: environments ## have the twin look for lost events now, and follow what it starts
	@$(TWIN) reconcile

model: environments ## model NAME= FILE= TARGET= :: draft models/NAME.yaml from a file (KIND=, COLUMNS=)
	@$(PY) -m ops.draft --name="$$GIVEN_NAME" --file="$$GIVEN_FILE" --target="$$GIVEN_TARGET" --kind="$$GIVEN_KIND" --columns="$$GIVEN_COLUMNS"

invoke: environments ## invoke MODEL= ROW= :: ask a model's endpoint (or FILE=, - for stdin, and TO=)
	@$(TWIN) invoke --file="$$GIVEN_FILE" --to="$$GIVEN_TO" -- "$$GIVEN_MODEL" "$$GIVEN_ROW"

status: environments ## what runs, what came of each run
	@$(TWIN) status

logs: environments ## logs STEP= :: what a step's service logged (etl, training, ...)
	@$(TWIN) logs $(STEP)

report: environments ## report MANIFEST= BEFORE= :: make and name the HTML report of the latest run, or of a manifest
	@$(TWIN) report $(if $(MANIFEST),--manifest "$(MANIFEST)") $(if $(BEFORE),--before "$(BEFORE)")

pictures: environments ## draw the latest run and its report into docs/images
	@$(TWIN) pictures

preview: environments ## preview BASE= :: what the working tree changes on AWS, as Markdown (STACK=, JSON=1)
	@$(PY) -m ops.preview --base="$(BASE)" $(if $(STACK),--stack="$(STACK)") $(if $(LIMIT),--limit="$(LIMIT)") $(if $(JSON),--json)

preflight: environments ## preflight STACK= :: what MWAA reports after half an hour, in seconds (JSON=1, STRICT=1)
	@$(PY) -m ops.preflight --stack "$(STACK)" $(if $(JSON),--json) $(if $(STRICT),--strict)

engine: environments ## Pulumi's own engine on the program, against the twin (STACK=)
	@$(TWIN) engine $(if $(STACK),--stack "$(STACK)")

cost: environments ## what the stacks cost a month (STACK=, JSON=1)
	@$(PY) -m ops.cost $(if $(STACK),--stack="$(STACK)") $(if $(JSON),--json)

redrive: environments ## redrive STACK= :: send again what lies in a stack's dead-letter queues (ARGS=--dry-run)
	@$(PY) -m ops.redrive --stack "$(STACK)" $(ARGS)

deploy-roles: environments ## the workflows' roles, as JSON (REPOSITORY= ACCOUNT= BUCKET= KEY=)
	@$(PY) -m ops.deploy_roles --repository "$(REPOSITORY)" --account "$(ACCOUNT)" --bucket "$(BUCKET)" --key "$(KEY)"

teardown: environments ## teardown STACK= :: delete what the DAGs made, before `pulumi destroy` (ARGS=--dry-run)
	@$(PY) -m ops.teardown --stack "$(STACK)" $(ARGS)

test: environments spark-env sagemaker-env policy-env ## every tier: unit, contract, functional, end to end
	@$(PY) -m pytest -q -rfEs -n 2 --no-loadscope-reorder

spark-env: python
	@$(PYTHON) ops/bootstrap.py spark

policy-env: python ## what `pulumi preview --policy-pack policy` needs
	@$(PYTHON) ops/bootstrap.py policy

sagemaker-env: python
	@$(PYTHON) ops/bootstrap.py sagemaker

check: environments ## formatter, linter, types, import contracts, workflows
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@.venv/bin/lint-imports
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 .venv/bin/pyright --warnings
	@.venv/bin/zizmor --offline --quiet --no-progress --persona pedantic .github
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

format: environments ## format the code, mend what the linter can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench-%: environments ## bench-NAME :: a benchmark beside its baseline (loop, airflow, preview, etl, serving, training)
	@$(PY) -m benchmarks.$* $(ARGS)

bench-etl: bench-env

bench-serving: bench-serving-env

bench-quality: python ## how good models are: abalone's folds, and other tables beside a tuned XGBoost
	@$(PYTHON) ops/bootstrap.py bench-quality
	@.venv-bench-quality/bin/python -m benchmarks.quality $(ARGS)

bench-env: python
	@$(PYTHON) ops/bootstrap.py bench

bench-serving-env: python
	@$(PYTHON) ops/bootstrap.py bench-serving

lock: environments ## compile requirements/*.txt from pyproject.toml and *.in
	@sh requirements/lock.sh

clean: environments ## remove everything that was made here (environments, .twin)
	@-$(TWIN) down --quiet
	@rm -rf .twin .venv .venv-* .tools .pytest_cache .ruff_cache .hypothesis
