"""Flow 9: an event is lost; the schedule finds out what it should have begun, and begins it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger.runs import data_run_id

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

KEY = "raw/abalone/abalone.csv"


def test_a_lost_event_is_made_good_by_the_schedule_and_only_once(project: Project) -> None:
    events, s3 = project.client("events"), project.client("s3")
    rule = f"{project.running.outputs['name_prefix']}-trigger-data"
    bucket = project.running.outputs["data_bucket"]
    sample = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read()
    events.disable_rule(Name=rule)
    version = s3.put_object(Bucket=bucket, Key=KEY, Body=sample)["VersionId"]
    events.enable_rule(Name=rule)
    ended = len(project.outcomes())

    first = project.verb("reconcile")
    second = project.verb("reconcile")

    run_id = data_run_id(KEY, version)
    assert f"retrain-abalone {run_id} (its event was lost)" in first.stdout, first.stdout
    assert "1 started whose event was lost" in first.stdout
    assert project.outcome()["run_id"] == run_id
    assert "0 started whose event was lost" in second.stdout, second.stdout + second.stderr
    assert len(project.outcomes()) == ended + 1
