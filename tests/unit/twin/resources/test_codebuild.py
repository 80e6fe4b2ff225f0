"""Build projects keep source, environment and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

PROJECT = "aws:codebuild/project:Project"


def test_a_project_keeps_buildspec_and_environment(create: Create, aws: FakeAws) -> None:
    create(PROJECT, SAMPLES[PROJECT])

    asked = aws.asked("create_project")
    assert asked["source"]["buildspec"] == "staging.buildspec.yml"
    assert asked["environment"]["environmentVariables"] == [
        {"name": "ARTIFACT_BUCKET", "value": "b"}
    ]
    assert asked["timeoutInMinutes"] == 30


def test_the_log_group_is_spelled_as_codebuild_does(create: Create, aws: FakeAws) -> None:
    create(PROJECT, SAMPLES[PROJECT])

    assert aws.asked("create_project")["logsConfig"]["cloudWatchLogs"]["groupName"] == "g"
