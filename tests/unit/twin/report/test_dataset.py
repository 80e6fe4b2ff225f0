"""Manifests as the report reads them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.twin.manifests import STATISTICS, manifest, numbers, values
from twin.report.dataset import UnreadableError, read_dataset

BROKEN: list[dict[str, Any]] = [
    {"rows": None},
    {"bins": {}, "parts": [{}]},
    {"quarantine": {"reasons": ["x"]}},
]


def test_what_all_splits_have_is_added_up() -> None:
    document = manifest()
    document["statistics"] = {
        "train": STATISTICS | {"acid": numbers({"0": 3, "2": 1}, nulls=1, mean=2.0)},
        "validation": STATISTICS | {"acid": numbers({"2": 4}, nulls=2, mean=6.0)},
        "test": STATISTICS | {"acid": numbers({}, nulls=5, mean=None)},
    }

    acid = read_dataset(document).columns[0]

    assert acid.counts == {"0": 3, "2": 5}
    assert (acid.nulls, acid.gaps, acid.mean) == (8, 0.5, 4.0)


def test_a_category_without_rows_is_not_counted() -> None:
    statistics = STATISTICS | {"colour": values({"red": 7, "white": 0})}

    colour = read_dataset(manifest(statistics=statistics)).columns[1]

    assert colour.counts == {"red": 21}


@pytest.mark.parametrize("found", [1, 3, None])
def test_another_format_is_unreadable(found: object) -> None:
    with pytest.raises(UnreadableError, match=f"has format {found}, and this report shows"):
        read_dataset(manifest(format=found))


@pytest.mark.parametrize("changes", BROKEN)
def test_a_document_that_its_format_does_not_allow_is_unreadable(
    changes: dict[str, object],
) -> None:
    with pytest.raises(UnreadableError, match="is not what format 2 says"):
        read_dataset(manifest(**changes))
