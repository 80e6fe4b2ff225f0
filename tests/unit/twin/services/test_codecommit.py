"""What CodeCommit says of a changed reference."""

from __future__ import annotations

import pytest

from twin.services.codecommit import NOTHING, Change, event_detail

OLD, NEW = "a" * 40, "b" * 40
METADATA = {"repositoryId": "id", "repositoryName": "name"}


@pytest.mark.parametrize(
    ("old", "new", "event", "commit"),
    [
        (NOTHING, NEW, "referenceCreated", NEW),
        (OLD, NEW, "referenceUpdated", NEW),
        (OLD, NOTHING, "referenceDeleted", OLD),
    ],
)
def test_an_event_names_what_happened_and_the_commit(
    old: str, new: str, event: str, commit: str
) -> None:
    detail = event_detail(Change(old, new, "refs/heads/a/b"), METADATA, "123456789012")

    assert (detail["event"], detail["commitId"]) == (event, commit)
    assert (detail["referenceName"], detail["referenceType"]) == ("a/b", "branch")
    assert detail["repositoryName"] == "name"


def test_an_update_names_the_commit_before() -> None:
    detail = event_detail(Change(OLD, NEW, "refs/tags/v1"), METADATA, "123456789012")

    assert detail["oldCommitId"] == OLD
    assert detail["referenceType"] == "tag"


def test_other_references_are_none_of_codecommits_events() -> None:
    assert Change(OLD, NEW, "refs/notes/commits").kind == ""
