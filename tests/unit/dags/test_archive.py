"""The model archive before anything is registered."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from dags.archive import MEMBERS, parse_document, read_evaluation
from dags.errors import StepError
from tests.unit.dags.builders import archive, evaluation

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

ADDRESS = "s3://bucket/models/abalone/job/output/model.tar.gz"


def kept(clients: FakeClients, content: bytes) -> bytes:
    clients.s3.objects["bucket", "models/abalone/job/output/model.tar.gz"] = content
    return read_evaluation(clients.typed.s3, ADDRESS)


def test_a_whole_archive_gives_its_evaluation(clients: FakeClients) -> None:
    assert json.loads(kept(clients, archive())) == evaluation()


def test_names_may_begin_with_a_dot(clients: FakeClients) -> None:
    members = {f"./{name}": b"{}" for name in MEMBERS}
    nothing: dict[str, bytes | None] = {name.replace(".", "_"): None for name in MEMBERS}

    assert kept(clients, archive(members, **nothing)) == b"{}"


def test_a_missing_archive_is_named(clients: FakeClients) -> None:
    with pytest.raises(StepError, match=f"{ADDRESS}: found nothing"):
        read_evaluation(clients.typed.s3, ADDRESS)


@pytest.mark.parametrize("length", [0, 1, 20, -1, -5, -100])
def test_an_archive_that_was_cut_off_is_refused(clients: FakeClients, length: int) -> None:
    with pytest.raises(StepError, match=r"found an? (damaged )?archive"):
        kept(clients, archive()[:length])


def test_an_archive_with_a_flipped_bit_is_refused(clients: FakeClients) -> None:
    content = bytearray(archive(model_onnx=bytes(range(256)) * 400))
    content[len(content) // 2] ^= 1

    with pytest.raises(StepError, match="a damaged archive"):
        kept(clients, bytes(content))


@pytest.mark.parametrize(
    "content", [b"not an archive", gzip.compress(b"no tar" * 200)], ids=["text", "gzip of no tar"]
)
def test_something_else_is_refused(clients: FakeClients, content: bytes) -> None:
    with pytest.raises(StepError, match="a damaged archive"):
        kept(clients, content)


@pytest.mark.parametrize("name", MEMBERS)
def test_an_archive_without_a_member_is_refused(clients: FakeClients, name: str) -> None:
    with pytest.raises(StepError, match=f"an archive without {name}"):
        kept(clients, archive(**{name.replace(".", "_"): None}))


def test_an_empty_member_counts_as_missing(clients: FakeClients) -> None:
    with pytest.raises(StepError, match=r"an archive without model.onnx"):
        kept(clients, archive(model_onnx=b""))


def test_an_evaluation_that_is_no_json_is_refused() -> None:
    with pytest.raises(StepError, match="is no JSON"):
        parse_document(b"{", ADDRESS)
