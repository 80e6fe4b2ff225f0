"""Flows 2 and 3: each kind of push does just the work that its content asks for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

QUESTIONS_A_SECOND = 20
ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


class Client:
    """Asks the endpoint at a steady pace, and counts answers and failures."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers = 0
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(1 / QUESTIONS_A_SECOND):
            answer = self._project.ask(ROW)
            self.answers += 1
            if not answer.ok:
                self.failures.append(f"{answer.status_code}: {answer.text[:200]}")


def test_a_push_of_training_code_deploys_a_new_version_and_no_client_notices(
    project: Project,
) -> None:
    before = project.endpoint()
    package = project.outcome()["model_package_arn"]
    project.write("training_image/note.txt", f"changes the image's content {time.time()}\n")

    with Client(project) as client:
        pushed = project.verb("push")

    record = project.outcome()
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert record["outcome"] == "deployed"
    assert record["model_package_arn"] != package
    assert project.endpoint()["EndpointConfigName"] == record["endpoint_config"]
    assert project.endpoint()["CreationTime"] == before["CreationTime"]
    assert client.answers > QUESTIONS_A_SECOND
    assert client.failures == []


def test_a_push_of_documents_changes_nothing(project: Project) -> None:
    jobs, runs = project.training_jobs(), project.glue_runs()
    digest = project.outcome()["image_digest"]
    project.write("docs/note.md", f"a note {time.time()}\n")

    pushed = project.verb("push")

    record = project.outcome()
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert record["outcome"] == "unchanged"
    assert record["image_digest"] == digest
    assert (project.training_jobs(), project.glue_runs()) == (jobs, runs)


def test_a_push_of_etl_code_makes_a_new_dataset_and_trains(project: Project) -> None:
    before, jobs = project.outcome(), project.training_jobs()
    project.write("etl/note.txt", f"changes the ETL's content {time.time()}\n")

    project.verb("push")

    record = project.outcome()
    assert record["outcome"] == "deployed"
    assert record["dataset_id"] != before["dataset_id"]
    assert record["image_digest"] == before["image_digest"]
    assert len(project.training_jobs()) == len(jobs) + 1


def test_a_push_of_the_endpoint_section_only_redeploys_and_its_revert_too(
    project: Project,
) -> None:
    before, jobs, runs = project.outcome(), project.training_jobs(), project.glue_runs()
    original = project.read("models/abalone.yaml")
    head, _, tail = original.rpartition("instance_count: 1")

    project.write("models/abalone.yaml", f"{head}instance_count: 2{tail}")
    project.verb("push")
    changed = project.outcome()
    project.write("models/abalone.yaml", original)
    project.verb("push")
    reverted = project.outcome()

    assert changed["outcome"] == reverted["outcome"] == "deployed"
    assert changed["endpoint_config"] != before["endpoint_config"]
    assert changed["model_package_arn"] == before["model_package_arn"]
    assert reverted["endpoint_config"] == before["endpoint_config"]
    assert (project.training_jobs(), project.glue_runs()) == (jobs, runs)


def test_other_bounds_of_scaling_are_applied_without_another_deployment(project: Project) -> None:
    original = project.read("models/abalone.yaml")

    def push(most: int) -> dict[str, Any]:
        section = f"max_instances: {most}, invocations_per_minute: 6000"
        project.write("models/abalone.yaml", f"{original}\n  scaling: {{{section}}}\n")
        project.verb("push")
        return project.outcome()

    first, second = push(3), push(5)
    bounds = project.scaling()
    project.write("models/abalone.yaml", original)
    project.verb("push")

    assert first["outcome"] == "deployed"
    assert first["reason"].endswith(
        "the endpoint scales from 1 to 3 instances, at 6000 requests a minute for each"
    )
    assert second["outcome"] == "unchanged"
    assert second["endpoint_config"] == first["endpoint_config"]
    assert "from 1 to 5 instances" in second["reason"]
    assert bounds == (1, 5)
    assert project.outcome()["outcome"] == "deployed"
    assert project.scaling() is None


def test_a_captured_request_lies_under_the_models_prefix(project: Project) -> None:
    original = project.read("models/abalone.yaml")
    project.write("models/abalone.yaml", f"{original}\n  data_capture: {{percentage: 100}}\n")
    project.verb("push")
    prefix = f"captures/abalone/{project.outcome()['endpoint']}/AllTraffic/"

    def captured() -> bool:
        bucket = project.running.outputs["artifact_bucket"]
        found = project.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return "Contents" in found

    project.wait_until(captured)  # the smoke test's own requests are the first
    project.write("models/abalone.yaml", original)
    project.verb("push")
    assert project.outcome()["outcome"] == "deployed"


def test_a_revert_of_training_settings_deploys_the_old_package_without_training(
    project: Project,
) -> None:
    before = project.outcome()
    original = project.read("models/abalone.yaml")
    project.replace("models/abalone.yaml", "seed: 0", "seed: 1")
    project.verb("push")
    jobs = project.training_jobs()
    changed = project.outcome()

    project.write("models/abalone.yaml", original)
    project.verb("push")

    record = project.outcome()
    assert changed["training_job"] != before["training_job"]
    assert record["outcome"] == "deployed"
    assert record["model_package_arn"] == before["model_package_arn"]
    assert project.training_jobs() == jobs


def test_a_push_of_the_same_tree_says_that_there_is_nothing_to_push(project: Project) -> None:
    pushed = project.verb("push")

    assert pushed.returncode == 0
    assert "nothing to push" in pushed.stdout
