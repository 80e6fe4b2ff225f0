"""The policy pack answers Pulumi's engine, over the protocol that the engine speaks with it.

It runs in an environment of its own that `make policy-env` makes.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-policy" / "bin" / "python"
BUCKET = "aws:s3/bucket:Bucket"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

# The generated classes have no types.
pb: Any = analyzer_pb2


@pytest.fixture(scope="module")
def pack() -> Iterator[Any]:
    """Start the pack as the engine does, and return what speaks with it."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: `make policy-env` makes it")
    process = subprocess.Popen(
        [PYTHON, "-u", "__main__.py"], cwd=ROOT / "policy", stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
    process.terminate()
    process.stdout.close()
    process.wait(timeout=30)


def resource(token: str, name: str, **properties: Any) -> Any:
    """Return a resource as the engine sends it."""
    found = pb.AnalyzerResource(
        type=token, name=name, urn=f"urn:pulumi:dev::mlops::{token}::{name}"
    )
    found.properties.update(properties)
    return found


def test_it_offers_every_rule(pack: Any) -> None:
    info = pack.GetAnalyzerInfo(Empty())

    assert [policy.name for policy in info.policies] == [rule.name for rule in RULES]


def test_it_reports_what_breaks_a_rule_with_the_resource(pack: Any) -> None:
    bucket = resource(BUCKET, "b")

    answer = pack.AnalyzeStack(pb.AnalyzeStackRequest(resources=[bucket]))

    found = {diagnostic.policyName: diagnostic for diagnostic in answer.diagnostics}
    assert found["bucket-versioned"].urn == bucket.urn
    assert "do: give it a BucketVersioning" in found["bucket-versioned"].message


def test_it_follows_what_a_setting_belongs_to(pack: Any) -> None:
    bucket = resource(BUCKET, "b")
    versioning = resource(
        "aws:s3/bucketVersioning:BucketVersioning",
        "v",
        bucket=UNKNOWN,
        versioningConfiguration={"status": "Enabled"},
    )
    versioning.propertyDependencies["bucket"].urns.append(bucket.urn)

    answer = pack.AnalyzeStack(pb.AnalyzeStackRequest(resources=[bucket, versioning]))

    assert "bucket-versioned" not in {each.policyName for each in answer.diagnostics}
