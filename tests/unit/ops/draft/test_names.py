"""Names of columns: what a header means, and what can be suggested in the place of its faults."""

from __future__ import annotations

import pytest

from models.columns import is_column_name
from ops.draft.names import find, names_by_place, names_of, suggested
from ops.errors import OpsError


def test_headings_become_names() -> None:
    found = names_of(["Fixed Acidity", "Größe (cm)", "y"], "wine.csv", ";")

    assert found == ("fixed_acidity", "gr_e_cm", "y")


def test_columns_without_headings_are_counted() -> None:
    assert names_by_place(2) == ("column_1", "column_2")


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (["a", ""], "field 2: '', without any letter"),
        (["a", "日本"], "field 2: '日本', without any letter"),
        (["a", "2019"], "field 2: '2019', beginning with a digit"),
        (["a", "A "], "field 1: 'a', one of several that are 'a'"),
        (["a", "x" * 65], "longer than 64"),
    ],
)
def test_headings_that_cannot_be_names_are_told_with_others_that_can(
    header: list[str], fault: str
) -> None:
    with pytest.raises(OpsError) as caught:
        names_of(header, "wine.csv", ";")

    assert fault in caught.value.found
    assert ";".join(suggested(header)) in caught.value.do


def test_what_is_suggested_can_stand() -> None:
    found = suggested(["Ärger", "2019", "", "a", "A", "a 2", "日本", "x" * 90])

    assert found[0] == "aerger"
    assert len(set(found)) == len(found)
    assert all(map(is_column_name, found))


@pytest.mark.parametrize("target", ["Shell Weight", "shell_weight", "shell weight"])
def test_a_column_is_found_by_its_heading_and_by_its_name(target: str) -> None:
    found = find(target, ("sex", "shell_weight"), ("Sex", "Shell Weight"), "wine.csv")

    assert found == "shell_weight"


def test_a_misspelt_column_is_told_with_the_nearest() -> None:
    with pytest.raises(OpsError) as caught:
        find("shel_weight", ("sex", "shell_weight"), ("Sex", "Shell Weight"), "wine.csv")

    assert caught.value.do == "did you mean TARGET=shell_weight?"


def test_a_file_without_a_header_may_have_its_columns_named() -> None:
    with pytest.raises(OpsError) as caught:
        find("quality", ("column_1", "column_2"), ("", ""), "wine.csv")

    assert caught.value.do.startswith("for example TARGET=column_2; or name them all")
    assert "COLUMNS=" in caught.value.do
