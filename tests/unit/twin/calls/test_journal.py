"""What was recorded reads back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.iam.evaluate import Asked
from twin.calls.journal import Journal, Recorded, read_journal

if TYPE_CHECKING:
    from pathlib import Path


def test_a_call_reads_back_without_its_bytes(tmp_path: Path) -> None:
    asked = [Asked("s3:PutObject", "arn:aws:s3:::b/k", {"aws:TagKeys": ["a"]})]
    parameters = {"Bucket": "b", "Body": b"\xff", "When": datetime(2026, 1, 1, tzinfo=UTC)}
    call = Recorded("role", "s3", "PutObject", asked, 200, "", parameters)
    journal = Journal(tmp_path / "calls.jsonl")

    journal.write(call)
    journal.write(call)

    first, second = read_journal(tmp_path / "calls.jsonl")
    assert first == second
    assert first.asked == asked
    assert first.parameters == {"Bucket": "b", "Body": "", "When": "2026-01-01 00:00:00+00:00"}
