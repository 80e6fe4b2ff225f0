"""What is deployed, and what came of each run: two kinds of documents in the artifact bucket."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dags import store
from dags.document import COMMIT, Document
from dags.errors import StepError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

    from dags.plan import EndingName


@dataclass(frozen=True)
class Deployed:
    """What a model's endpoint serves since its last successful smoke test."""

    commit: str
    number: int
    run_id: str
    endpoint_config: str
    model_package_arn: str
    previous_endpoint_config: str | None


def read_deployed(s3: S3Client, bucket: str, model: str) -> Deployed | None:
    """Return what is deployed; `None` before the first deployment."""
    key = _deployed_key(model)
    content = store.read_json(s3, bucket, key)
    if content is None:
        return None
    document = Document(content)
    document.format(1)
    deployed = Deployed(
        commit=document.text("commit", COMMIT),
        number=document.whole("number", least=1),
        run_id=document.text("run_id"),
        endpoint_config=document.text("endpoint_config"),
        model_package_arn=document.text("model_package_arn"),
        previous_endpoint_config=document.optional_text("previous_endpoint_config"),
    )
    if document.problems:
        raise StepError(
            store.uri(bucket, key),
            found="; ".join(document.problems),
            expected="what the smoke test writes",
            do="restore an older version of the object, or delete it to deploy anew",
        )
    return deployed


def write_deployed(s3: S3Client, bucket: str, model: str, deployed: Deployed) -> None:
    """Say what the endpoint serves from now on."""
    store.write_json(s3, bucket, _deployed_key(model), {"format": 1, **asdict(deployed)})


def _deployed_key(model: str) -> str:
    return f"endpoints/{model}.json"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What came of a run; what it did not get to know is `None`."""

    run_id: str
    dag_id: str
    model: str
    outcome: EndingName
    reason: str
    started_by: str | None = None
    commit: str | None = None
    number: int | None = None
    image_digest: str | None = None
    dataset_id: str | None = None
    rows: dict[str, int] | None = None
    """How many were read, and how many of them each split and the quarantine got."""

    training_job: str | None = None
    model_package_arn: str | None = None
    endpoint: str | None = None
    endpoint_config: str | None = None
    previous_endpoint_config: str | None = None
    metric: dict[str, Any] | None = None
    step: str | None = None
    """The step that failed."""

    cause: str | None = None
    log: str | None = None
    """Log group and stream in which the cause stands."""

    finished_at: str


def write_record(s3: S3Client, bucket: str, record: Record) -> str:
    """Write the record of a run and return its key."""
    key = f"runs/{record.model}/{record.run_id}.json"
    store.write_json(s3, bucket, key, {"format": 1, **asdict(record)})
    return key
