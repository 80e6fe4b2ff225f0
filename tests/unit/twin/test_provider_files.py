"""Files among the properties that the engine sends, and failures that it shows to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.unit.twin.provider_requests import BUCKET, OBJECT, run, urn
from twin.provider import ASSET, GIVEN, SIGNATURE, Servicer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_aws import FakeAws
    from twin.provider import AwsProvider


class Context:
    """What gRPC gives to a handler: remembers how it was ended."""

    details = ""

    async def abort(self, code: object, details: str) -> None:
        self.details = details
        raise RuntimeError(code)


def servicer(provider: AwsProvider) -> Servicer:
    return Servicer([], "7.51.1", provider, "")


def file_of(signature: str, **parts: str) -> dict[str, str]:
    return {SIGNATURE: signature, "hash": "0a1b", **parts}


def test_a_file_is_compared_by_the_hash_that_the_engine_keeps(
    provider: AwsProvider, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("nothing")
    create_request = provider_pb2.CreateRequest(urn=urn(OBJECT))
    create_request.properties.update(
        {"bucket": "b", "key": "k", "source": file_of(ASSET, path=str(file))}
    )
    state = run(servicer(provider).Create(create_request, Context())).properties
    same, other = (
        provider_pb2.DiffRequest(urn=urn(OBJECT), id="b/k", olds=state) for _ in range(2)
    )
    same.news.update({"bucket": "b", "key": "k", "source": file_of(ASSET)})
    other.news.update({"bucket": "b", "key": "k", "source": file_of(ASSET) | {"hash": "ffff"}})

    unchanged = run(servicer(provider).Diff(same, Context()))
    changed = run(servicer(provider).Diff(other, Context()))

    assert unchanged.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert list(changed.diffs) == ["source"]


def state_with_a_file(provider: AwsProvider, folder: Path) -> Any:
    """Return the state of an object that was made of a file."""
    file = folder / "requirements.txt"
    file.write_text("nothing", encoding="utf-8")
    request = provider_pb2.CreateRequest(urn=urn(OBJECT))
    source = file_of(ASSET, path=str(file))
    request.properties.update({"bucket": "b", "key": "k", "source": source})
    return run(servicer(provider).Create(request, Context())).properties


def test_an_input_that_was_a_file_is_no_problem_when_inputs_are_checked(
    provider: AwsProvider,
) -> None:
    request = provider_pb2.CheckRequest(urn=urn(OBJECT))
    request.olds.update({"source": file_of(ASSET)})
    request.news.update({"source": file_of(ASSET, path="requirements.txt")})

    answer = run(servicer(provider).Check(request, Context()))

    assert list(answer.failures) == []
    assert answer.inputs["source"]["path"] == "requirements.txt"


def test_another_file_is_put_in_place_of_the_old_one(
    provider: AwsProvider, aws: FakeAws, tmp_path: Path
) -> None:
    state = state_with_a_file(provider, tmp_path)
    (tmp_path / "other.txt").write_text("something", encoding="utf-8")
    aws.requests.clear()
    request = provider_pb2.UpdateRequest(urn=urn(OBJECT), id="b/k", olds=state)
    source = file_of(ASSET, path=str(tmp_path / "other.txt")) | {"hash": "ffff"}
    request.news.update({"bucket": "b", "key": "k", "source": source})

    answer = run(servicer(provider).Update(request, Context()))

    assert aws.asked("put_object")["Body"] == b"something"
    assert answer.properties[GIVEN]["source"] == "ffff"


def test_what_was_made_of_a_file_can_be_looked_for_and_deleted(
    provider: AwsProvider, aws: FakeAws, tmp_path: Path
) -> None:
    state = state_with_a_file(provider, tmp_path)
    read = provider_pb2.ReadRequest(urn=urn(OBJECT), id="b/k", properties=state)
    read.inputs.update({"bucket": "b", "key": "k", "source": file_of(ASSET)})
    delete = provider_pb2.DeleteRequest(urn=urn(OBJECT), id="b/k", properties=state)

    found = run(servicer(provider).Read(read, Context()))
    run(servicer(provider).Delete(delete, Context()))

    assert found.id == "b/k"
    assert found.inputs["source"] == "0a1b"
    assert aws.asked("list_object_versions") == {"Bucket": "b", "Prefix": "k"}


def test_a_refusal_is_told_without_a_traceback(provider: AwsProvider, aws: FakeAws) -> None:
    aws.refuse("create_bucket", "InvalidBucketName", "The specified bucket is not valid: b_data")
    request, context = provider_pb2.CreateRequest(urn=urn(BUCKET)), Context()
    request.properties.update({"bucket": "b_data"})

    with pytest.raises(RuntimeError):
        run(servicer(provider).Create(request, context))

    assert context.details.startswith(f"{BUCKET} it: create_bucket was refused")
    assert "Traceback" not in context.details
