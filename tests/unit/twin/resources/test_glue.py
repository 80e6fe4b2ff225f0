"""Jobs and security configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_a_job_keeps_arguments_and_concurrency(create: Create, aws: FakeAws) -> None:
    token = "aws:glue/job:Job"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    asked = aws.asked("create_job")
    assert asked["DefaultArguments"] == {"--engine": "auto"}
    assert asked["ExecutionProperty"] == {"MaxConcurrentRuns": 5}
    assert asked["Command"]["ScriptLocation"] == "s3://b/launcher.py"
    assert created.outputs["arn"] == "arn:aws:glue:us-east-1:123456789012:job/etl"


def test_a_security_configuration_has_a_list_for_s3(create: Create, aws: FakeAws) -> None:
    token = "aws:glue/securityConfiguration:SecurityConfiguration"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    asked = aws.asked("create_security_configuration")["EncryptionConfiguration"]
    assert asked["S3Encryption"][0]["S3EncryptionMode"] == "SSE-KMS"
