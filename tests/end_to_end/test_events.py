"""Flow 5: events come more than once and pushes come quickly; each content trains once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.timeline import Step

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

TIMES = 20


def test_the_same_event_twenty_times_is_one_run(project: Project) -> None:
    record = next(one for one in reversed(project.outcomes()) if one["started_by"] == "image")
    runs, jobs = len(project.outcomes()), project.training_jobs()
    answered = len([one for one in project.entries() if one.step is Step.TRIGGER])

    for _ in range(TIMES):
        project.put_event(
            "aws.ecr",
            "ECR Image Action",
            {
                "action-type": "PUSH",
                "result": "SUCCESS",
                "repository-name": project.running.outputs["image_repository_uri"].split("/")[-1],
                "image-digest": record["image_digest"],
                "image-tag": record["commit"],
            },
        )

    project.wait_until(
        lambda: len([one for one in project.entries() if one.step is Step.TRIGGER])
        >= answered + TIMES
    )
    assert len(project.outcomes()) == runs
    assert project.training_jobs() == jobs


def test_of_two_quick_pushes_the_newer_ends_deployed(project: Project) -> None:
    jobs, pushes = project.training_jobs(), _pushes(project)
    original = project.read("models/abalone.yaml")
    project.write("models/abalone.yaml", original.replace("seed: 0", "seed: 1"))
    first = project.start_verb("push")
    project.wait_until(lambda: _pushes(project) > pushes)
    project.write("models/abalone.yaml", original.replace("seed: 0", "seed: 2"))

    second = project.verb("push")
    first.wait(120)

    project.write("models/abalone.yaml", original)
    newest = max(project.outcomes(), key=lambda one: one["number"] or 0)
    assert second.returncode == 0, second.stdout + second.stderr
    assert newest["outcome"] == "deployed"
    assert project.endpoint()["EndpointConfigName"] == newest["endpoint_config"]
    assert len(project.training_jobs()) <= len(jobs) + 2


def _pushes(project: Project) -> int:
    return len([one for one in project.entries() if one.step is Step.PUSH])
