#!/bin/sh
# Compile each pinned, hashed set. No address of any index is written; the constraints are MWAA's own.
set -eu
uv=.tools/uv/bin/uv
compile="$uv pip compile --quiet --no-header --universal --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade"
$compile --group dev pyproject.toml -c requirements/mwaa-3.2.1-constraints.txt -o requirements/project.txt
$compile requirements/aws.in -o requirements/aws.txt
$compile requirements/bench.in -o requirements/bench.txt
$compile requirements/bench-serving.in -o requirements/bench-serving.txt
$compile requirements/bench-quality.in -o requirements/bench-quality.txt
$compile requirements/glue.in -o requirements/glue.txt
$compile requirements/policy.in -o requirements/policy.txt
$compile requirements/sagemaker.in -o requirements/sagemaker.txt
$compile requirements/spark.in -o requirements/spark.txt
$compile requirements/staging.in -c requirements/mwaa-3.2.1-constraints.txt -o requirements/staging.txt
$compile training_image/requirements.in -o training_image/requirements.txt
$compile requirements/uv.in -o requirements/uv.txt
