"""Flow 7: a bad model never replaces a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


def test_a_model_that_is_worse_than_its_baselines_is_rejected(project: Project) -> None:
    serving = project.endpoint()["EndpointConfigName"]
    original = project.read("models/abalone.yaml")
    one_tree = original.replace("seed: 0", "rounds: 1").replace("ensemble", "xgboost", 1)
    project.write("models/abalone.yaml", one_tree)

    pushed = project.verb("push")
    record, still = project.outcome(), project.endpoint()["EndpointConfigName"]
    project.write("models/abalone.yaml", original)
    project.verb("push")

    assert pushed.returncode == 1
    assert record["outcome"] == "rejected"
    assert "not better than linear" in record["reason"]
    assert record["model_package_arn"] is None
    assert still == serving


def test_a_model_that_fails_its_smoke_test_is_taken_back(project: Project) -> None:
    serving = project.endpoint()["EndpointConfigName"]
    original = project.read("training_image/serve.py")
    answer = project.ask(ROW).text
    project.replace(
        "training_image/serve.py",
        "        predictor.predict,\n",
        "        lambda features: predictor.predict(features) + 5,\n",
    )

    pushed = project.verb("push")
    record, still = project.outcome(), project.endpoint()["EndpointConfigName"]
    after = project.ask(ROW).text
    project.write("training_image/serve.py", original)
    mended = project.verb("push")

    assert pushed.returncode == 1
    assert record["outcome"] == "failed"
    assert record["step"] == "smoke_test"
    assert still == serving
    assert after == answer
    assert mended.returncode == 0, mended.stdout + mended.stderr
