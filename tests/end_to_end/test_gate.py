"""Flow 7: a bad model never replaces a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


def test_a_model_that_is_worse_than_its_baselines_is_rejected(project: Project) -> None:
    serving = project.endpoint()["EndpointConfigName"]
    original = project.read("models/abalone.yaml")
    project.write("models/abalone.yaml", project.with_rounds(original, 1))

    pushed = project.verb("push")
    record = project.outcome()
    project.write("models/abalone.yaml", original)
    project.verb("push")

    assert pushed.returncode == 1
    assert record["outcome"] == "rejected"
    assert "baseline" in record["reason"]
    assert record["endpoint_config"] is None or record["endpoint_config"] == serving
    assert project.endpoint()["EndpointConfigName"] == serving


def test_a_model_that_fails_its_smoke_test_is_taken_back(project: Project) -> None:
    serving = project.endpoint()["EndpointConfigName"]
    original = project.read("training_image/serve.py")
    answer = float(project.ask(ROW).text)
    project.write("training_image/serve.py", project.with_wrong_answers(original))

    pushed = project.verb("push")
    record = project.outcome()
    after = float(project.ask(ROW).text)
    project.write("training_image/serve.py", original)
    mended = project.verb("push")

    assert pushed.returncode == 1
    assert record["outcome"] == "failed"
    assert "smoke" in (record["step"] + record["cause"]).lower()
    assert project.endpoint()["EndpointConfigName"] == serving
    assert after == answer
    assert mended.returncode == 0, mended.stdout + mended.stderr
