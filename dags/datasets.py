"""What the ETL says of a dataset: its manifest, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from dags import requests, store
from dags.document import Document
from dags.errors import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3.client import S3Client

    from dags.plan import Plan

DOCUMENTS: Final = ("manifest.json", "refused.json")
"""What the ETL leaves of a dataset that it made, and of one that it refused."""

COUNTED: Final = ("read", "train", "validation", "test", "quarantine")


def read_rows(s3: S3Client, bucket: str, plan: Plan) -> Mapping[str, int] | None:
    """Return how many rows were read and where they ended; `None` where no data was judged.

    Raises:
        StepError: a document of the ETL is not what it should be.
    """
    for name in DOCUMENTS:
        key = requests.dataset_key(plan, name)
        content = store.read_json(s3, bucket, key)
        if content is not None:
            return _rows(content, store.uri(bucket, key))
    return None


def require_shares(s3: S3Client, request: Mapping[str, Any]) -> None:
    """Check that each instance of a training job gets a file of training rows.

    Raises:
        StepError: some would get none, and would be paid for nothing.
    """
    instances = request.get("ResourceConfig", {}).get("InstanceCount", 1)
    if instances == 1:
        return
    (address,) = (
        channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
        if channel["ChannelName"] == requests.SHARED
    )
    bucket, _, key = address.removeprefix("s3://").partition("/")
    listed = store.read_json(s3, bucket, key)
    files = len(cast("list[object]", listed)) - 1 if isinstance(listed, list) else 0
    if files < instances:
        raise StepError(
            address,
            found=f"{files} files of training rows for {instances} instances",
            expected="at least one for each",
            do="upload more raw files, or lower training.instance_count in the model file; the ETL "
            "writes a file for each raw object, and more of one that is large",
        )


def _rows(content: object, where: str) -> Mapping[str, int]:
    document = Document(content)
    rows = document.section("rows")
    counted = {name: rows.whole(name, least=0) for name in COUNTED}
    if document.problems:
        raise StepError(
            where,
            found="; ".join(document.problems),
            expected="how many rows there are, as the ETL writes it",
            do="push again; a later ETL makes the dataset anew",
        )
    return counted
