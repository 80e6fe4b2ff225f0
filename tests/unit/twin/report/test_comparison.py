"""A dataset beside an earlier one."""

from __future__ import annotations

from tests.unit.twin.manifests import ROWS, STATISTICS, manifest, numbers, part
from twin.report.comparison import DRIFTS, compare
from twin.report.dataset import read_dataset

BEFORE = read_dataset(manifest(parts=[part("a"), part("b"), part("c")]))


def test_what_came_and_went_is_counted() -> None:
    now = read_dataset(
        manifest(
            dataset_id="e" * 16,
            parts=[part("a"), part("b", "v2"), part("d"), part("e")],
            rows=ROWS | {"read": 200, "quarantine": 100},
        )
    )

    said = compare(now, BEFORE, "it").said

    assert "2 new, 1 replaced, 1 gone" in said
    assert "Rows: 101 then, 200 now; in quarantine 0.99% then, 50% now." in said


def test_the_same_data_is_not_compared() -> None:
    compared = compare(BEFORE, BEFORE, "dataset d")

    assert compared.said == "It is the same data as dataset d."
    assert not compared.table.rows


def test_means_and_gaps_stand_side_by_side() -> None:
    statistics = STATISTICS | {"acid": numbers({"0": 60}, nulls=20, mean=4.5)}
    now = read_dataset(manifest(dataset_id="e" * 16, statistics=statistics))

    acid = next(row for row in compare(now, BEFORE, "").table.rows if row["column"] == "acid")

    assert acid["mean"] == ["1.2346", "4.5"]
    assert acid["empty"] == ["2.8%", "25%"]


def test_the_table_is_bounded() -> None:
    names = [f"acid_{number}" for number in range(100)]
    columns = [{"name": name, "kind": "numeric", "role": "feature"} for name in names]
    document = manifest(
        dataset_id="e" * 16,
        columns=columns,
        statistics=dict.fromkeys(names, STATISTICS["acid"]),
        bins=dict.fromkeys(names, manifest()["bins"]["acid"]),
    )

    table = compare(read_dataset(document), BEFORE, "").table

    assert (len(table.rows), table.more) == (DRIFTS, 65)
