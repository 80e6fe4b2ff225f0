"""Which runs an event leads to."""

from __future__ import annotations

from trigger.event import Ignored, ImagePushed, RawObjectWritten, Reason
from trigger.runs import Run, data_run, image_runs
from trigger.staged import CodeManifest, CurrentCode

COMMIT = "a1b2c3d4e5f6" + "0" * 28
DIGEST = "sha256:" + "d" * 64
MANIFEST = CodeManifest(COMMIT, ("wine", "abalone"))
CURRENT = CurrentCode(COMMIT, DIGEST)


def written(key: str = "raw/abalone/a.csv", version: str = "1") -> RawObjectWritten:
    return RawObjectWritten(model=key.split("/")[1], key=key, version=version)


def only_run(found: Run | Ignored) -> Run:
    assert isinstance(found, Run)
    return found


def test_an_image_starts_one_run_for_each_model_of_its_commit() -> None:
    runs = image_runs(ImagePushed(COMMIT, DIGEST), MANIFEST)

    assert [(run.dag_id, run.run_id) for run in runs] == [
        ("retrain-abalone", "push-a1b2c3d4e5f6"),
        ("retrain-wine", "push-a1b2c3d4e5f6"),
    ]
    assert runs[0].conf == {
        "commit": COMMIT,
        "image_digest": DIGEST,
        "model": "abalone",
        "started_by": "image",
    }


def test_a_raw_file_starts_the_run_of_its_model_with_what_is_current() -> None:
    run = only_run(data_run(written(), CURRENT, MANIFEST))

    assert run.dag_id == "retrain-abalone"
    assert run.conf == {
        "commit": COMMIT,
        "image_digest": DIGEST,
        "model": "abalone",
        "started_by": "data",
        "raw_key": "raw/abalone/a.csv",
        "raw_version": "1",
    }


def test_the_same_object_version_has_the_same_run_id() -> None:
    first = only_run(data_run(written(), CURRENT, MANIFEST))
    again = only_run(data_run(written(), CURRENT, MANIFEST))
    newer = only_run(data_run(written(version="2"), CURRENT, MANIFEST))

    assert first.run_id == again.run_id
    assert first.run_id != newer.run_id
    assert len(first.run_id) == len("data-") + 12


def test_a_file_of_an_unknown_model_is_ignored() -> None:
    ignored = data_run(written("raw/vine/a.csv"), CURRENT, MANIFEST)

    assert isinstance(ignored, Ignored)
    assert ignored.reason == Reason.UNKNOWN_MODEL


def test_the_longest_model_name_fits_the_rest_path() -> None:
    (run,) = image_runs(ImagePushed(COMMIT, DIGEST), CodeManifest(COMMIT, ("a" * 30,)))

    assert len(f"/dags/{run.dag_id}/dagRuns") <= 64
