"""A job that failed says why in one sentence, and nothing of its rows."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from training_image.errors import TrainingError, described
from training_image.failure import LONGEST_FAILURE, cause_of, fail
from training_image.settings import Folders

if TYPE_CHECKING:
    from pathlib import Path


def raised(error: Exception) -> Exception:
    """Return an error that has a place."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_what_nobody_expected_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    cause = cause_of(raised(ValueError("no number: 'Mustermann'")))

    assert cause.startswith("the job crashed with ValueError at ")
    assert "in raised; report this" in cause
    assert "in raised" in caplog.text
    assert "Mustermann" not in cause + caplog.text


@pytest.mark.parametrize(
    ("error", "start"),
    [
        (OSError(errno.ENOSPC, "No space left"), "the disk is full; raise training.volume_gb"),
        (PermissionError(13, "denied", "/opt/ml/model"), "[Errno 13] denied: '/opt/ml/model'"),
        (MemoryError(), "memory did not suffice; choose a larger training.instance_type"),
        (TrainingError("no rows", do="add some"), "no rows; add some"),
    ],
)
def test_what_may_happen_says_what_to_do(error: Exception, start: str) -> None:
    cause = cause_of(raised(error))

    assert cause.startswith(start)


def test_a_long_cause_is_cut_at_its_end(tmp_path: Path) -> None:
    code = fail(Folders(tmp_path), "the cause; " + "x" * 2_000)

    told = (tmp_path / "output/failure").read_text()
    assert code == 1
    assert told.startswith("the cause; ")
    assert len(told) == LONGEST_FAILURE


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("", "an empty field"),
        ("x", "a value of 1 character"),
        ("Mustermann", "a value of 10 characters"),
        ("nan", "a NaN"),
        ("-inf", "an infinity"),
        ("1e39", "a number beyond 32 bits"),
        ("17", "a number"),
    ],
)
def test_a_field_is_described_without_being_told(field: str, words: str) -> None:
    assert described(field) == words
