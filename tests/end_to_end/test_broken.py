"""Flow 6: a broken push fails where it is broken, the endpoint goes on, the next push recovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


def test_a_syntax_error_in_training_code_fails_the_image_build(project: Project) -> None:
    runs = len(project.outcomes())
    original = project.read("training_image/train.py")
    project.write("training_image/train.py", original + "\ndef broken(:\n")

    broken = project.verb("push")
    answer = project.ask(ROW)
    project.write("training_image/train.py", original)
    mended = project.verb("push")

    assert broken.returncode == 1
    assert "SyntaxError" in broken.stdout
    assert "train.py" in broken.stdout
    assert answer.ok
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert len(project.outcomes()) == runs + 1


def test_an_error_in_training_fails_the_run_and_the_next_push_recovers(project: Project) -> None:
    serving = project.endpoint()["EndpointConfigName"]
    original = project.read("training_image/train.py")
    project.write("training_image/train.py", original + '\nraise ValueError("the sea is rough")\n')

    broken = project.verb("push")
    record = project.outcome()
    answer = project.ask(ROW)
    project.write("training_image/train.py", original)
    mended = project.verb("push")

    assert broken.returncode == 1
    assert record["outcome"] == "failed"
    assert record["step"] == "training"
    assert "the sea is rough" in record["cause"]
    assert record["log"]
    assert answer.ok
    assert project.endpoint()["EndpointConfigName"] == serving
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert project.outcome()["outcome"] in {"unchanged", "deployed"}


def test_a_failing_buildspec_command_fails_the_build(project: Project) -> None:
    runs = len(project.outcomes())
    original = project.read("training_image/buildspec.yml")
    project.write(
        "training_image/buildspec.yml",
        original.replace("commands:\n", "commands:\n      - exit 7\n", 1),
    )

    broken = project.verb("push")
    project.write("training_image/buildspec.yml", original)
    mended = project.verb("push")

    assert broken.returncode == 1
    assert "exit 7" in broken.stdout + broken.stderr
    assert project.ask(ROW).ok
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert len(project.outcomes()) > runs


def test_a_misspelt_field_in_a_model_file_fails_the_staging(project: Project) -> None:
    original = project.read("models/abalone.yaml")
    project.replace("models/abalone.yaml", "objective:", "objectve:")

    broken = project.verb("push")
    project.write("models/abalone.yaml", original)
    mended = project.verb("push")

    assert broken.returncode == 1
    assert "objectve" in broken.stdout
    assert "objective" in broken.stdout
    assert project.ask(ROW).ok
    assert mended.returncode == 0, mended.stdout + mended.stderr


def test_an_endpoint_request_with_wrong_columns_is_refused_with_its_reason(
    project: Project,
) -> None:
    refused = project.verb("invoke", "abalone", "M,0.455")

    assert refused.returncode == 1
    assert "8" in refused.stderr
