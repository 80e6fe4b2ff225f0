"""Looking at what happened."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tests.unit.twin.builders import OUTCOME, leave_run
from tests.unit.twin.manifests import manifest
from twin.commands.look import (
    GROUPS,
    runs_table,
    show_logs,
    show_status,
    write_dataset_report,
    write_report,
)
from twin.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace


def write_log(workspace: Workspace, name: str, text: str) -> None:
    file = workspace.last / "logs" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_failed_run_shows_its_cause_rather_than_the_step() -> None:
    screen = io.StringIO()
    failed = {
        **OUTCOME,
        "model": "wine",
        "outcome": "failed",
        "cause": "no column",
        "reason": "etl",
    }

    Console(file=screen, width=120).print(runs_table([failed]))

    assert "no column" in screen.getvalue()


def test_a_run_shows_its_rows_and_how_many_are_in_quarantine() -> None:
    screen = io.StringIO()
    rows = {"read": 4200, "train": 0, "validation": 0, "test": 0, "quarantine": 42}

    Console(file=screen, width=120).print(runs_table([{**OUTCOME, "model": "wine", "rows": rows}]))

    assert re.search(r"4,200.*\n.*42 1\.0%", screen.getvalue())


def test_status_needs_no_twin(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    leave_run(workspace)

    code = show_status(workspace)

    assert code == 0
    assert "no twin is up" in capsys.readouterr().out


def test_status_of_a_fresh_folder(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    show_status(workspace)

    assert "no run has ended yet" in capsys.readouterr().out


def test_logs_show_the_newest_stream(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(workspace, "aws-glue/jobs/output/jr_1.log", "rows: 7\n")

    show_logs(workspace, "etl", everything=False)

    assert "rows: 7" in capsys.readouterr().out


def test_logs_of_a_job_are_those_of_all_its_hosts(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = "aws/sagemaker/TrainingJobs"
    write_log(workspace, f"{folder}/first-algo-1.log", "of the job before\n")
    write_log(workspace, f"{folder}/second-algo-2.log", "the second host\n")
    write_log(workspace, f"{folder}/second-algo-1.log", "the first host\n")

    show_logs(workspace, "training", everything=False)

    out = capsys.readouterr().out
    assert out.index("the first host") < out.index("the second host")
    assert "of the job before" not in out


def test_logs_of_a_step_that_never_ran(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    show_logs(workspace, "training", everything=False)

    assert "nothing was logged" in capsys.readouterr().out


@pytest.mark.parametrize("step", ["", "elt"])
def test_an_unknown_step_is_answered_with_those_that_there_are(
    workspace: Workspace, step: str
) -> None:
    with pytest.raises(TwinError) as raised:
        show_logs(workspace, step, everything=False)

    assert all(name in str(raised.value) for name in GROUPS)


def test_a_report_of_nothing_says_what_to_type(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match="make run"):
        write_report(workspace)


def test_a_manifest_from_anywhere_has_a_page_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now, before = tmp_path / "now.json", tmp_path / "before.json"
    now.write_text(json.dumps(manifest(dataset_id="e" * 16)), encoding="utf-8")
    before.write_text(json.dumps(manifest()), encoding="utf-8")

    write_dataset_report(now, before)

    page = (tmp_path / "now.html").read_text(encoding="utf-8")
    assert "now.html" in capsys.readouterr().out
    assert "Compared with dataset dddddddddddddddd of before.json." in page
    assert page.rstrip().endswith("</html>")


def test_the_page_of_refused_rows_says_why(tmp_path: Path) -> None:
    file = tmp_path / "refused.json"
    file.write_text(json.dumps(manifest(refused="too many rows are invalid")), encoding="utf-8")

    write_dataset_report(file, None)

    assert "too many rows are invalid" in file.with_suffix(".html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["", "[1]", None])
def test_a_file_that_is_no_manifest_says_where_there_is_one(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "now.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(TwinError, match="this is no manifest of a dataset") as raised:
        write_dataset_report(file, None)

    assert "do: aws s3 cp" in str(raised.value)
