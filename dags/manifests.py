"""The documents in S3 that say what there is to retrain: of a commit, and what is current."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dags import store
from dags.document import COMMIT, DIGEST, Document
from dags.errors import StepError
from models.errors import ModelFileError
from models.schema import Model

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CURRENT = "code/current.json"


@dataclass(frozen=True)
class Current:
    """The newest commit whose image is there."""

    commit: str
    number: int
    image_digest: str


@dataclass(frozen=True)
class Code:
    """What staging left of one commit."""

    commit: str
    number: int
    """How many commits lead to it: the order of pushes."""

    etl_tree: str
    image_tree: str
    etl_key: str
    model_key: str


def read_current(s3: S3Client, bucket: str) -> Current | None:
    """Return what is current; `None` before the first image."""
    content = store.read_json(s3, bucket, CURRENT)
    if content is None:
        return None
    document = Document(content)
    document.format(1)
    current = Current(
        commit=document.text("commit", COMMIT),
        number=document.whole("number", least=1),
        image_digest=document.text("image_digest", DIGEST),
    )
    _require(document, store.uri(bucket, CURRENT))
    return current


def read_code(s3: S3Client, bucket: str, commit: str, model: str) -> Code:
    """Return what a commit holds for a model.

    Raises:
        StepError: the commit is not staged, the model is not in it, or a key leads elsewhere.
    """
    key = f"code/{commit}/manifest.json"
    content = store.read_json(s3, bucket, key)
    if content is None:
        raise StepError(
            store.uri(bucket, key),
            found="nothing",
            expected="the manifest that staging writes last",
            do="look at the staging build of this commit; push again if it failed",
        )
    document = Document(content)
    _require_model(document, store.uri(bucket, key), model)
    code = _code(document, commit, model)
    _require(document, store.uri(bucket, key))
    return code


def read_model(s3: S3Client, bucket: str, code: Code) -> Model:
    """Return the model as that commit declares it."""
    content = store.read_json(s3, bucket, code.model_key)
    try:
        return Model.from_json(content, code.model_key)
    except ModelFileError as error:
        raise StepError(
            store.uri(bucket, code.model_key),
            found=str(error),
            expected="a model that this version of the DAGs understands",
            do="push again, so that staging writes it anew",
        ) from error


def _code(document: Document, commit: str, model: str) -> Code:
    folder = f"code/{commit}/"
    document.format(1)
    document.text("commit", commit)
    trees = document.section("trees")
    return Code(
        commit=commit,
        number=document.whole("number", least=1),
        etl_tree=trees.text("etl", COMMIT),
        image_tree=trees.text("training_image", COMMIT),
        etl_key=document.text("etl", re.escape(f"{folder}etl.zip")),
        model_key=document.section("models").text(model, re.escape(f"{folder}models/{model}.json")),
    )


def _require_model(document: Document, where: str, model: str) -> None:
    if not document.section("models").has(model):
        raise StepError(
            where,
            found=f"no model {model!r}",
            expected="the model that this DAG is for",
            do="push the model's file; if it was pushed, wait for its image build",
        )


def _require(document: Document, where: str) -> None:
    if document.problems:
        raise StepError(
            where,
            found="; ".join(document.problems),
            expected="what staging and the image build write",
            do="push again, so that it is written anew",
        )
