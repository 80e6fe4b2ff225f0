"""Values that tests of the DAGs start from; each test changes the one thing it is about."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dags import hosting, identity
from dags.gate import Verdict
from dags.identity import RawObject
from dags.plan import Pinned, Plan
from dags.requests import Trained
from dags.settings import Network, StackSettings
from models.load import load_model
from models.schema import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = "123456789012"
REGION = "us-east-1"
COMMIT = "c" * 40
NEWER_COMMIT = "d" * 40
ETL_TREE = "e" * 40
IMAGE_TREE = "f" * 40
DIGEST = f"sha256:{'1' * 64}"
RUN_ID = "push-cccccccccccc"
MODEL = "abalone"
RESOURCE = "endpoint/mlops-test-abalone/variant/AllTraffic"
SCALING = {"max_instances": 4, "invocations_per_minute": 6000}
"""What a model file has to say for its endpoint to scale."""

PACKAGE_ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/mlops-test-abalone/1"


def stack_document(**changes: object) -> dict[str, Any]:
    """Return `stack.json` as Pulumi writes it."""
    return {
        "format": 1,
        "region": REGION,
        "account_id": ACCOUNT,
        "name_prefix": "mlops-test",
        "data_bucket": f"mlops-test-data-{ACCOUNT}-{REGION}",
        "artifact_bucket": f"mlops-test-artifacts-{ACCOUNT}-{REGION}",
        "glue_job": "mlops-test-etl",
        "image_repository": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/mlops-test-training",
        "training_role_arn": f"arn:aws:iam::{ACCOUNT}:role/mlops-test-training",
        "hosting_role_arn": f"arn:aws:iam::{ACCOUNT}:role/mlops-test-hosting",
        "kms_key_arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1b2c3d4e-0000-0000-0000-000000000000",
        "training_network": {
            "subnet_ids": ["subnet-0a1", "subnet-0b2"],
            "security_group_ids": ["sg-0c3"],
        },
        "hosting_network": {
            "subnet_ids": ["subnet-0a1", "subnet-0b2"],
            "security_group_ids": ["sg-0d4"],
        },
        "deferrable": False,
        "poll_seconds": 0.01,
        "training_instance_type": None,
        "endpoint_instance_type": None,
        **changes,
    }


def stack_settings(**changes: Any) -> StackSettings:
    """Return a stack's settings."""
    document = stack_document(**changes)
    del document["format"]
    for name in ("training_network", "hosting_network"):
        place = document[name]
        document[name] = Network(**{kind: tuple(ids) for kind, ids in place.items()})
    return StackSettings(**document)


def model() -> Model:
    """Return the model that the repository declares."""
    return load_model(ROOT / "models" / "abalone.yaml")


def sources() -> tuple[RawObject, ...]:
    """Return one raw object."""
    return (RawObject("raw/abalone/a.csv", "v1", 10),)


def plan(
    changed: Model | None = None, *, number: int = 12, settings: StackSettings | None = None
) -> Plan:
    """Return the plan of a run on one raw object."""
    settings, wanted = settings or stack_settings(), changed or model()
    sections = {
        "training": wanted.training.to_json(),
        "evaluation": wanted.evaluation.to_json(),
        "endpoint": hosting.config_section(wanted.endpoint.to_json(), settings),
    }
    dataset = identity.dataset_id(sources(), ETL_TREE, wanted.data.to_json())
    names = identity.names(f"mlops-test-{wanted.name}", dataset, IMAGE_TREE, sections)
    return Plan(Pinned(wanted.name, "image", COMMIT, number, DIGEST), names, wanted, RUN_ID)


def spot_model() -> Model:
    """Return the model, trained on spot capacity."""
    found = model()
    return replace(found, training=replace(found.training, spot=True))


def wide_model(instances: int = 3) -> Model:
    """Return the model, trained on several instances."""
    found = model()
    return replace(found, training=replace(found.training, instance_count=instances))


def hosted_model(**sections: Any) -> Model:
    """Return the model, served by two instances and as its sections say."""
    found = model().to_json()
    endpoint = {**found["endpoint"], "instance_count": 2, **sections}
    return Model.from_json({**found, "endpoint": endpoint})


def trained(found: Plan | None = None) -> Trained:
    """Return the training job that a plan leads to, completed."""
    job = (found or plan()).names.training_job
    bucket = stack_settings().artifact_bucket
    return Trained(job, f"s3://{bucket}/models/{MODEL}/{job}/output/model.tar.gz")


def evaluation(*, rmse: object = 2.1, **changes: object) -> dict[str, Any]:
    """Return `evaluation.json` of a model that passes."""
    return {
        "format": 1,
        "target": "rings",
        "rows": {"train": 70, "validation": 15, "test": 15},
        "metrics": {"rmse": {"value": rmse, "low": 2.0, "high": 2.2}},
        "baselines": {
            "constant": {"rmse": {"value": 3.2, "low": 3.1, "high": 3.3}},
            "linear": {"rmse": {"value": 2.3, "low": 2.2, "high": 2.4}},
        },
        "examples": [
            {"row": "M,0.455", "target": 15, "prediction": 9.125},
            {"row": "F,0.53", "target": 9, "prediction": 10.5},
        ],
        **changes,
    }


def verdict() -> Verdict:
    """Return the verdict on that evaluation."""
    return Verdict(
        accepted=True,
        reason="good",
        metric="rmse",
        value=2.1,
        low=2.0,
        high=2.2,
        limit=2.6,
        baselines={"constant": 3.2, "linear": 2.3},
    )


def archive(members: Mapping[str, bytes] | None = None, **changes: bytes | None) -> bytes:
    """Return a model archive; a change of `None` leaves a member out (dots are underscores)."""
    content: dict[str, bytes | None] = {
        "model.onnx": b"onnx",
        "schema.json": b"{}",
        "manifest.json": b"{}",
        "evaluation.json": json.dumps(evaluation()).encode(),
        "predictions.csv": b"target,prediction\n",
        **(members or {}),
        **{name.replace("_", "."): value for name, value in changes.items()},
    }
    return packed(content)


def packed(content: Mapping[str, bytes | None]) -> bytes:
    """Return an archive of members; those that are `None` are left out."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archived:
        for name, value in content.items():
            if value is not None:
                member = tarfile.TarInfo(name)
                member.size = len(value)
                archived.addfile(member, io.BytesIO(value))
    return buffer.getvalue()


def code_manifest(commit: str = COMMIT, number: int = 12, **changes: object) -> dict[str, Any]:
    """Return `code/<commit>/manifest.json` as staging writes it."""
    folder = f"code/{commit}"
    return {
        "format": 1,
        "commit": commit,
        "number": number,
        "trees": {"etl": ETL_TREE, "training_image": IMAGE_TREE},
        "models": {MODEL: f"{folder}/models/{MODEL}.json"},
        "etl": f"{folder}/etl.zip",
        **changes,
    }


def current(commit: str = COMMIT, number: int = 12) -> dict[str, Any]:
    """Return `code/current.json` as the image build writes it."""
    return {"format": 1, "commit": commit, "number": number, "image_digest": DIGEST}


def deployed(found: Plan | None = None, **changes: object) -> dict[str, Any]:
    """Return `endpoints/<model>.json` as the smoke test writes it."""
    known = found or plan()
    return {
        "format": 1,
        "commit": known.pinned.commit,
        "number": known.pinned.number,
        "run_id": RUN_ID,
        "endpoint_config": known.names.endpoint_config,
        "model_package_arn": PACKAGE_ARN,
        "previous_endpoint_config": "mlops-test-abalone-000000000000",
        **changes,
    }
