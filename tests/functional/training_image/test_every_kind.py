"""From the ETL's dataset to a served model, with a column of every kind."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

from tests.functional.etl.kinds import KINDS_CONTRACT, kinds_lines
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_THE_FILE_HAS_IT = b"YES,n,Ulm,,,,29.02.2024,2024-02-29 17:00:00\n"
AS_JSON = [True, 0, "Ulm", None, None, None, "29.02.2024", "2024-02-29 17:00:00"]
AS_THE_DATASET_HAS_IT = b"true,false,Ulm,0.5,false,it's,29.02.2024,2024-02-29 17:00:00\n"


def test_what_the_etl_writes_is_learnt_and_served(
    tmp_path: Path,
    lay_job: Callable[..., Path],
    train: Callable[[Path], Any],
    start_server: Callable[[Path], Any],
) -> None:
    lake = Lake(tmp_path, KINDS_CONTRACT).put("a.csv", kinds_lines(9, 600))
    manifest = lake.run()
    splits = {name: list(csv.reader(lake.lines(name))) for name in ("train", "validation", "test")}
    job = lay_job(splits, manifest["schema"]["columns"], "years", {"rounds": 20})

    trained = train(job)

    assert trained.exit_code == 0, trained.output
    examples = trained.document("evaluation.json")["examples"]
    body = "".join(f"{example['row']}\n" for example in examples).encode()
    with start_server(trained.base) as server:
        status, answers = server.invoke(body)
        odd, plain = (server.invoke(row) for row in (AS_THE_FILE_HAS_IT, AS_THE_DATASET_HAS_IT))
        as_json = server.invoke(json.dumps(AS_JSON).encode(), "application/json", "text/csv")
    assert status == 200
    assert [float(one) for one in answers.split()] == [one["prediction"] for one in examples]
    assert odd == plain == as_json
    assert odd[0] == 200


def test_parquet_teaches_the_same_model_as_csv(
    tmp_path: Path, lay_job: Callable[..., Path], train: Callable[[Path], Any]
) -> None:
    models = [train(job_of(tmp_path / output, output, lay_job)) for output in ("csv", "parquet")]

    assert [trained.exit_code for trained in models] == [0, 0], models[1].output
    artifacts = [(trained.base / "model/model.onnx").read_bytes() for trained in models]
    assert artifacts[0] == artifacts[1]


def job_of(root: Path, output: str, lay_job: Callable[..., Path]) -> Path:
    """Return a job with what the ETL writes in a format, in the files that it writes."""
    lake = Lake(root, KINDS_CONTRACT | {"output": output}).put("a.csv", kinds_lines(9, 600))
    columns = lake.run()["schema"]["columns"]
    job = lay_job({}, columns, "years", {"rounds": 20})
    for split in ("train", "validation", "test"):
        for file in lake.parts()[0]["files"][split]:
            target = job / "input/data" / split / file["key"]
            target.parent.mkdir(parents=True)
            shutil.copyfile(lake.root / "artifacts" / file["key"], target)
    return job
