"""A rehearsal: the ETL itself reads the file under the drafted contract, and its figures are told.

It runs as a process, as it does everywhere: on a folder that stands for the buckets. So what a
draft announces of splits and quarantine is what the first run will find.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops.draft.decision import in_rows
from ops.draft.gate import gate
from ops.draft.quarantine import Quarantine, hopeless, is_hopeless
from ops.draft.splits import require_rows_in_each
from ops.draft.write import as_model
from ops.errors import OpsError

if TYPE_CHECKING:
    from ops.draft.draft import Draft

ROOT: Final = Path(__file__).resolve().parents[2]
_JOB: Final = "from etl.job import main; main()"
_DATASET: Final = "0" * 16
_REASONS: Final = 6
"""That are told; the report of a run has all."""


def rehearse(name: str, drafted: Draft, file: Path, folder: Path) -> Draft:
    """Return the draft with the rows of each split and the quarantine as the ETL counts them.

    Raises:
        OpsError: the ETL refuses the file, or too few rows would be left.
    """
    contract = as_model(name, drafted, folder).to_json()["data"]
    found = _dataset(name, contract, file.resolve(), folder / "rehearsal")
    rows = {split: int(found["rows"][split]) for split in ("train", "validation", "test")}
    lost = Quarantine(int(found["rows"]["read"]), int(found["rows"]["quarantine"]), _reasons(found))
    if is_hopeless(lost):
        raise hopeless(lost, file.name)
    require_rows_in_each(rows, file.name)
    return replace(drafted, rows=rows, quarantine=lost, gate=gate(drafted.measured, rows))


def _dataset(name: str, contract: dict[str, Any], file: Path, lake: Path) -> dict[str, Any]:
    """Return the manifest of the dataset, or what was left in its place."""
    raw = lake / "data" / "raw" / name / file.name
    dataset = lake / "artifacts" / "datasets" / name / _DATASET
    for folder in (raw.parent, dataset):
        folder.mkdir(parents=True)
    raw.symlink_to(file)
    source = {
        "bucket": "data",
        "key": f"raw/{name}/{file.name}",
        "version_id": "v1",
        "size": file.stat().st_size,
    }
    request = {
        "format": 1,
        "model": name,
        "dataset_id": _DATASET,
        "etl_tree": "0" * 40,
        "artifact_bucket": "artifacts",
        "sources": [source],
        # All rows are to be counted, however many are lost: judging them comes after.
        "contract": contract | {"max_quarantine": 1, "min_test_rows": 1},
    }
    (dataset / "request.json").write_text(json.dumps(request), encoding="utf-8")
    _run((dataset / "request.json").as_uri(), file.name, dataset)
    documents = (dataset / "manifest.json", dataset / "refused.json")
    return json.loads(next(one for one in documents if one.exists()).read_bytes())


def _run(request: str, file: str, dataset: Path) -> None:
    command = [sys.executable, "-c", _JOB, "--request_uri", request, "--engine", "duckdb"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - our own
    if done.returncode and not (dataset / "refused.json").exists():
        raise OpsError(
            "the ETL refuses the file under what was drafted",
            resource=file,
            found=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing said",
            expected="a dataset of its rows",
            do="mend the file by these words; or write the model file: docs/your-own-model.md",
        )


def _reasons(found: dict[str, Any]) -> tuple[str, ...]:
    reasons = [
        f"{one['reason']} ({in_rows(one['rows'])})" for one in found["quarantine"]["reasons"]
    ]
    more = len(reasons) - _REASONS
    return tuple(reasons[:_REASONS]) + ((f"{more} more reasons",) if more > 0 else ())
