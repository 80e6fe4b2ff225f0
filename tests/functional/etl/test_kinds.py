"""Each kind of columns: what passes, how it is written and counted, what is refused and why."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etl.errors import ManyValuesError
from tests.functional.etl.kinds import KINDS_CONTRACT, WRONG, kinds_line, kinds_lines
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def odd_lake(tmp_path: Path) -> Lake:
    """Return a lake with a column of every kind, and with some rows."""
    return Lake(tmp_path, copy.deepcopy(KINDS_CONTRACT)).put("b.csv", kinds_lines(3, 200))


def written(lake: Lake, line: str) -> str:
    """Return how a line is written, wherever it goes."""
    lake.put("a.csv", line).run()
    return written_by(lake, 0)


def written_by(lake: Lake, place: int) -> str:
    """Return the only line of a part."""
    part = lake.parts()[place]
    (key,) = (file["key"] for files in part["files"].values() for file in files)
    return (lake.root / "artifacts" / key).read_text(encoding="utf-8").splitlines()[-1]


def test_every_sound_field_passes(odd_lake: Lake) -> None:
    assert odd_lake.run()["rows"]["quarantine"] == 0


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_field_is_the_reason_for_which_its_row_is_refused(
    odd_lake: Lake, name: str
) -> None:
    lines = [kinds_line(**{name: field}) for field in WRONG[name] if field != '"t']

    manifest = odd_lake.put("a.csv", "\n".join(lines)).run()

    assert manifest["rows"]["quarantine"] == len(lines)
    assert {one["column"] for one in manifest["quarantine"]["reasons"]} == {name}


@pytest.mark.parametrize("spelling", ["true", "T", "yes", "Y", "1", "TRUE", ' "yEs" '])
def test_a_boolean_is_written_in_one_spelling(odd_lake: Lake, spelling: str) -> None:
    line = kinds_line(smoker="0", member=spelling, years="8")

    assert written(odd_lake, line) == "false,true,Ulm,0.5,false,it's,29.02.2024,,8"


def test_booleans_are_counted_by_value(odd_lake: Lake) -> None:
    fields = ("y", "TRUE", "0", "")
    lines = [kinds_line(smoker=one, customer=str(of)) for of in range(30) for one in fields]
    odd_lake.sources.clear()

    statistics = odd_lake.put("a.csv", "\n".join(lines)).run()["statistics"]

    counted = [statistics[name]["smoker"] for name in ("train", "validation", "test")]
    assert all(list(one["values"]) == ["true", "false"] for one in counted)
    assert sum(one["values"]["true"] for one in counted) == 60
    assert sum(one["nulls"] for one in counted) == 30


def test_texts_and_identifiers_are_in_no_row_and_in_no_schema(odd_lake: Lake) -> None:
    line = kinds_line(customer="c", smoker="y", member="n", note="so", member_id="m", years="8")
    left = ["smoker", "member", "town", "height", "active", "plan"]
    left += ["since", "at", "years"]

    manifest = odd_lake.put("a.csv", line).run()

    assert written_by(odd_lake, 0) == "true,false,Ulm,0.5,false,it's,29.02.2024,,8"
    assert [one["name"] for one in manifest["schema"]["columns"]] == left
    assert "customer" not in manifest["statistics"]["train"]


def test_the_rows_of_one_customer_stay_in_one_split(odd_lake: Lake) -> None:
    lines = [kinds_line(customer="Ann", years=str(year)) for year in range(100)]
    lines += [kinds_line(customer=f"c{number}", years="3") for number in range(100)]

    rows = odd_lake.put("a.csv", "\n".join(lines)).run()["parts"][0]["rows"]

    # 100 customers with a row each are spread, and Ann's rows follow one of the three ways
    spread = [rows[name] for name in ("train", "validation", "test")]
    assert [count for count in spread if count >= 100] == [max(spread)]
    assert all(0 < count - (100 if count == max(spread) else 0) < 80 for count in spread)


def test_a_customers_rows_stay_where_they_are_when_their_other_fields_change(
    odd_lake: Lake,
) -> None:
    before = kinds_line(customer="Ann", note="x")
    after = kinds_line(customer='"Ann"', note="", smoker="no", years="77")

    odd_lake.put("a.csv", before).put("a2.csv", after).run()

    first, second = (part["rows"] for part in odd_lake.parts()[:2])
    assert first == second


def test_categories_are_learnt_from_all_rows_and_sorted(odd_lake: Lake) -> None:
    odd_lake.contract["columns"][3]["max_values"] = 11
    lines = [kinds_line(town=town, customer=town) for town in ("Aa", "Zz")]

    manifest = odd_lake.put("a.csv", lines[1]).put("c.csv", lines[0]).run()

    learnt = ["Aa", "Aÿ", "Ulm", "Zz", 'a "b", c', "ulm", "🍷"]
    found = {one["name"]: one for one in manifest["schema"]["columns"]}["town"]["values"]
    assert found == sorted(found)
    assert set(learnt) <= set(found)
    assert list(manifest["statistics"]["train"]["town"]["values"]) == sorted(
        manifest["statistics"]["train"]["town"]["values"]
    )


def test_a_value_of_a_row_in_quarantine_is_not_learnt(odd_lake: Lake) -> None:
    manifest = odd_lake.put("a.csv", kinds_line(town="Nowhere", years="-1")).run()

    town = manifest["schema"]["columns"][2]
    assert town["name"] == "town"
    assert "Nowhere" not in town["values"]


def test_values_of_rows_in_quarantine_crowd_none_out(odd_lake: Lake) -> None:
    odd_lake.sources.clear()
    wrong = [kinds_line(town=f"n{number}", years="-1") for number in range(300)]
    right = kinds_lines(5, 400)

    manifest = odd_lake.put("a.csv", "\n".join([*wrong, right])).run()

    counted = [one["town"]["count"] for one in manifest["statistics"].values()]
    assert manifest["rows"]["quarantine"] == 300
    assert sum(counted) == 400


def test_one_value_too_many_in_one_object_fails_the_run(odd_lake: Lake) -> None:
    odd_lake.contract["columns"][3]["max_values"] = 8

    with pytest.raises(ManyValuesError) as refused:
        odd_lake.run()

    assert str(refused.value) == (
        "raw/sample/b.csv: column 'town' has more categories than may be learnt; found more than 8,"
        " such as '${x}', '1e3', 'Aÿ', 'Ulm', 'a \"b\", c'; expected at most 8 (max_values in"
        " data.columns); raise max_values, or make the column kind text or identifier, or numeric"
    )


def test_one_value_too_many_in_all_objects_together_fails_the_run(odd_lake: Lake) -> None:
    odd_lake.put("a.csv", kinds_line(town="Tenth"))

    with pytest.raises(ManyValuesError, match="sample: column 'town' has more categories than may"):
        odd_lake.run()

    assert not any(key.endswith("manifest.json") for key in odd_lake.objects())


def test_a_gap_that_is_filled_is_none_any_more(odd_lake: Lake) -> None:
    odd_lake.sources.clear()
    lines = [kinds_line(customer=str(of), height="", active="", plan="") for of in range(60)]

    manifest = odd_lake.put("a.csv", "\n".join(lines)).run()

    figures = manifest["statistics"]["train"]
    rows = manifest["rows"]["train"]
    assert (figures["height"]["nulls"], figures["height"]["mean"]) == (0, 0.5)
    assert figures["active"]["values"] == {"true": 0, "false": rows}
    assert figures["plan"]["values"] == {"it's": rows, "b": 0}


def test_a_schema_says_what_fills_a_gap(odd_lake: Lake) -> None:
    columns = odd_lake.run()["schema"]["columns"]

    fills = {one["name"]: one["fill"] for one in columns if "fill" in one}
    assert fills == {"height": "0.5", "active": "false", "plan": "it's"}


def test_dates_are_counted_in_days_and_seconds_since_1970(odd_lake: Lake) -> None:
    odd_lake.sources.clear()
    moments = {"since": "02.01.1970", "at": "1970-01-01 01:00:01"}
    lines = [kinds_line(customer=str(of), **moments) for of in range(60)]

    figures = odd_lake.put("a.csv", "\n".join(lines)).run()["statistics"]["train"]

    assert (figures["since"]["mean"], figures["at"]["mean"]) == (1, 3601)
    assert "seen" not in figures


def test_what_is_wrong_with_a_date_is_said_in_its_own_format(odd_lake: Lake) -> None:
    wrong = ("31.12.1899", "01.01.2030", "1.2.2020")
    lines = [kinds_line(since=since) for since in wrong]

    reasons = odd_lake.put("a.csv", "\n".join(lines)).run()["quarantine"]["reasons"]

    assert {one["reason"] for one in reasons} == {
        "since: before 01.01.1900",
        "since: after 31.12.2029",
        "since: not a date such as 31.12.2024",
    }


@pytest.mark.parametrize("key", ["since", "seen", "at"])
def test_a_split_in_time_learns_from_what_was_before(odd_lake: Lake, key: str) -> None:
    columns = {one["name"]: one for one in odd_lake.contract["columns"]}
    form = columns[key]["format"]
    columns[key]["nullable"] = False
    odd_lake.contract["split"] = {
        "by": key,
        "validation_from": datetime(2020, 1, 1).strftime(form),  # noqa: DTZ001 - a text
        "test_from": datetime(2021, 6, 1).strftime(form),  # noqa: DTZ001 - a text
    }
    odd_lake.sources.clear()
    days = [datetime(2020, 1, 1) + timedelta(days=day - 100) for day in range(1000)]  # noqa: DTZ001 - texts
    lines = [kinds_line(**{"at": "2020-01-01 00:00:00", key: f"{day:{form}}"}) for day in days]

    rows = odd_lake.put("a.csv", "\n".join(lines)).run()["rows"]

    assert (rows["train"], rows["validation"], rows["test"]) == (100, 517, 383)


@pytest.mark.parametrize("target", ["town", "member"])
def test_a_target_may_be_a_label(odd_lake: Lake, target: str) -> None:
    odd_lake.contract["target"] = target
    odd_lake.put("a.csv", kinds_lines(6, 200))

    manifest = odd_lake.run()

    roles = {column["name"]: column["role"] for column in manifest["schema"]["columns"]}
    assert roles[target] == "target"
    assert sum(manifest["statistics"]["train"][target]["values"].values()) > 0
