"""A model file may ask that a new model is not worse than the one in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

FILE = "models/abalone.yaml"
CHAMPION = "  baselines: [constant]\n  champion: {not_worse_at: 0.9}\n"
BESIDE = "this model is not worse than the one in service"


def test_a_worse_model_is_turned_down_and_an_equal_one_deployed(project: Project) -> None:
    original, serving = project.read(FILE), project.endpoint()["EndpointConfigName"]
    asking = original.replace("  baselines: [constant, linear]\n", CHAMPION)

    shallow = "seed: 0\n    max_depth: 1\n    rounds: 60"
    weak = asking.replace("algorithm: ensemble", "algorithm: xgboost").replace("seed: 0", shallow)
    project.write(FILE, weak)
    pushed_worse = project.verb("push")
    worse, still = project.outcome(), project.endpoint()["EndpointConfigName"]
    project.write(FILE, asking.replace("seed: 0", "seed: 1"))
    pushed_equal = project.verb("push")
    equal, after = project.outcome(), project.endpoint()["EndpointConfigName"]
    project.wait_until(lambda: BESIDE in project.read(".twin/last/report.html"))
    report = project.read(".twin/last/report.html")
    project.write(FILE, original)
    project.verb("push")

    assert pushed_worse.returncode == 1
    assert worse["outcome"] == "rejected"
    assert worse["reason"].startswith("worse than the model in service on the same ")
    assert still == serving
    assert pushed_equal.returncode == 0, pushed_equal.stdout + pushed_equal.stderr
    assert equal["outcome"] == "deployed"
    assert equal["metric"]["comparison"].startswith("not worse than the model in service")
    assert after != serving
    assert worse["reason"] in report
