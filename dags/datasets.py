"""What the ETL says of a dataset: its manifest, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
