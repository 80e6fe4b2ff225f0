"""`make model` on columns that are not what they look like, and what the ETL then makes of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.functional.ops.drafting import Desk, announced, announced_splits

if TYPE_CHECKING:
    from collections.abc import Callable

    Texts = Callable[[random.Random, int], str]

ROWS = 600


def table(heading: str, text: Texts, rows: int = ROWS) -> str:
    """Return a file with one column of interest, between one that explains the target and it."""
    chance = random.Random(4)  # noqa: S311 - data for a test, not a secret
    lines = [f"size;{heading};price"]
    for place in range(rows):
        size = chance.uniform(10, 99)
        lines.append(f"{size:.1f};{text(chance, place)};{size * 3 + chance.gauss(0, 9):.2f}")
    return "\n".join(lines) + "\n"


def day(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(2019, 2024), chance.randint(1, 12), chance.randint(1, 28)


LEFT_OUT: dict[str, tuple[Texts, str]] = {
    "thousands": (lambda r, _: f"{r.randint(1, 9)}.{r.randint(0, 999):03},50", "thousands sep"),
    "us thousands": (lambda r, _: f"{r.randint(1, 9)},{r.randint(0, 999):03}.5", "thousands sep"),
    "comma": (lambda r, _: f"{r.randint(0, 99)},{r.randint(0, 9)}", "decimal commas"),
    "percent": (lambda r, _: f"{r.randint(0, 99)} %", "percent signs"),
    "money": (lambda r, _: f"€ {r.randint(100, 999)}", "currency signs"),
    "weight": (lambda r, _: f"{r.randint(1, 99)} kg", "units"),
    "loose day": (lambda r, _: f"{r.randint(1, 28)}.{r.randint(1, 9)}.24", "dates, but not in one"),
    "month name": (lambda r, _: f"{r.randint(1, 28)} Jan 2024", "dates, but not in one"),
    "zoned": (lambda r, _: f"2024-01-{r.randint(1, 28):02}T10:00:00+02:00", "dates, but not in"),
    "mixed days": (
        lambda r, place: f"2024-01-{r.randint(1, 28):02}" if place % 2 else "13.01.2024",
        "dates, but not in one",
    ),
    "gaps": (lambda r, place: "n/a" if place % 5 == 0 else f"{r.random():.3f}", "gaps in words"),
    "mixture": (lambda r, place: f"a{place}" if place % 2 else f"{r.random():.3f}", "neither"),
    "nothing": (lambda _r, _place: "", "empty throughout"),
    "hardly": (lambda _r, place: "x" if place % 50 == 0 else "", "too few values"),
    "same": (lambda _r, _place: "EUR", "a constant says nothing"),
    "remark": (lambda r, _: " ".join(r.choices(["so", "la", "mi", "re", "do"], k=9)), "free text"),
}
"""Columns that nothing can be learnt of as they are, with what is said of them."""


@pytest.mark.parametrize("heading", LEFT_OUT)
def test_what_cannot_be_learnt_from_is_left_out_and_told(desk: Desk, heading: str) -> None:
    text, said = LEFT_OUT[heading]
    file = desk.put("wine.csv", table(heading, text))

    printed = " ".join(desk.draft(file, "price").split())

    assert desk.columns()[heading.replace(" ", "_")].kind == "text"
    assert said in printed
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 0


KINDS: dict[str, tuple[Texts, str]] = {
    "sold": (lambda r, _: "{}-{:02}-{:02}".format(*day(r)), "date"),
    "german day": (lambda r, _: "{2:02}.{1:02}.{0}".format(*day(r)), "date"),
    "us day": (lambda r, _: "{1:02}/{2:02}/{0}".format(*day(r)), "date"),
    "compact date": (lambda r, _: "{}{:02}{:02}".format(*day(r)), "date"),
    "seen at": (
        lambda r, _: f"2024-01-{r.randint(1, 28):02}T{r.randint(0, 23):02}:30",
        "timestamp",
    ),
    "active": (lambda r, _: r.choice(["Yes", "no", "NO"]), "boolean"),
    "flag": (lambda r, _: r.choice("01"), "boolean"),
    "nr": (lambda _r, place: str(place + 1), "identifier"),
    "order no": (lambda _r, place: str(place * 7 + 100_000), "identifier"),
    "uuid": (lambda r, _: f"{r.getrandbits(64):016x}-{r.getrandbits(32):08x}", "identifier"),
    "customer id": (lambda r, _: str(r.randint(1000, 1299)), "identifier"),
    "plz": (lambda r, _: r.choice(["01067", "80331", "04109"]), "categorical"),
    "zip": (lambda r, _: r.choice(["10115", "80331"]), "categorical"),
    "region": (lambda r, _: r.choice("123"), "categorical"),
    "colour": (
        lambda r, _: r.choice(["grün", "Röt lich", "NA", "no", "1e3", "it's"]),
        "categorical",
    ),
    "town": (lambda r, _: f"Town {r.randint(0, 79)}", "categorical"),
    "rooms": (lambda r, _: str(r.randint(1, 6)), "integer"),
    "year": (lambda r, _: str(r.randint(2010, 2020)), "integer"),
    "share": (lambda r, _: f"{r.random():.4f}", "numeric"),
    "tiny": (lambda r, _: f"{r.random():.4f}e-5", "numeric"),
    "unique": (lambda _r, place: f"{place * 1.37:.2f}", "numeric"),
    "mostly": (lambda r, place: str(r.random()) if place % 3 == 0 else "", "numeric"),
    "few words": (lambda r, place: "?" if place % 100 == 0 else f"{r.random():.2f}", "numeric"),
    "few odd days": (
        lambda r, place: "soon" if place % 60 == 0 else "{}-{:02}-{:02}".format(*day(r)),
        "date",
    ),
}
"""Columns with the kind that they should have."""


@pytest.mark.parametrize("heading", KINDS)
def test_a_kind_is_recognised_and_the_etl_agrees(desk: Desk, heading: str) -> None:
    text, kind = KINDS[heading]
    file = desk.put("wine.csv", table(heading, text))

    printed = desk.draft(file, "price")

    rows = desk.etl(file)["rows"]
    assert desk.columns()[heading.replace(" ", "_")].kind == kind
    assert (rows["quarantine"], rows["read"]) == announced(printed)
    assert {name: rows[name] for name in announced_splits(printed)} == announced_splits(printed)


ASKED: dict[str, tuple[Texts, str]] = {
    "day": (lambda r, _: f"{r.randint(1, 12):02}/{r.randint(1, 12):02}/2024", "%m/%d/%Y?"),
    "first": (lambda r, _: f"01/{r.randint(1, 12):02}/2024", "%d/%m/%Y: month"),
    "rare": (
        lambda r, place: "Moon" if place == 9 else r.choice("ab"),
        "in one row only: 'Moon'",
    ),
    "case": (lambda r, _: r.choice(["Flat", "flat", "house"]), "spelt in several ways"),
    "gap": (
        lambda r, place: "-999" if place % 9 == 0 else f"{r.random():.3f}",
        "stand for a gap?",
    ),
    "far": (
        lambda r, place: "1898" if place == 9 else str(r.randint(2015, 2025)),
        "far from the",
    ),
    "grade": (lambda r, _: r.choice("123"), "if they are codes"),
    "k": (lambda r, _: r.choice([str(r.randint(1, 999)), "1.250"]), "between thousands?"),
    "sign": (lambda r, place: "-1.5" if place == 9 else f"{r.random():.3f}", "below zero in 1"),
    "Größe": (lambda r, _: f"{r.random():.3f}", "'Größe': 0"),
    "half": (
        lambda r, place: "4.5" if place == 9 else str(r.randint(1, 99)),
        "then say integer",
    ),
}
"""Columns with what is asked about them."""


@pytest.mark.parametrize("heading", ASKED)
def test_what_only_a_person_can_say_is_asked(desk: Desk, heading: str) -> None:
    text, said = ASKED[heading]
    file = desk.put("wine.csv", table(heading, text))

    printed = desk.draft(file, "price")

    assert said in " ".join(printed.split())
    assert said.split(":")[0] in " ".join(desk.text().replace("#", "").split())


def test_a_column_that_would_cost_too_many_rows_is_left_out(desk: Desk) -> None:
    rows = "".join(
        f"{'x' if n % 30 == 0 else n * 1.5};{'x' if n % 30 == 1 else n * 2.5};{n * 4.5 % 77}\n"
        for n in range(900)
    )
    file = desk.put("wine.csv", f"a;b;y\n{rows}")

    printed = desk.draft(file, "y")

    kinds = {name: column.kind for name, column in desk.columns().items()}
    assert sorted([kinds["a"], kinds["b"]]) == ["numeric", "text"]
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 30


def test_rows_with_dates_may_be_split_in_time(desk: Desk) -> None:
    file = desk.put("wine.csv", table("sold", lambda _r, place: f"2024-01-{place % 28 + 1:02}"))

    desk.draft(file, "price")

    asked = " ".join(desk.text().replace("#", "").split())
    assert 'split: {by: sold, validation_from: "2024-01-20", test_from: "2024-01-24"}' in asked


def test_rows_without_a_target_are_announced(desk: Desk) -> None:
    rows = "".join(f"{n % 17};{'' if n % 4 == 0 else n % 17 + n % 3}\n" for n in range(900))
    file = desk.put("wine.csv", f"a;y\n{rows}")

    printed = desk.draft(file, "y")

    assert "y: empty (225 rows)" in printed
    assert desk.model().data.max_quarantine == 0.3
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 225


def test_broken_lines_are_announced(desk: Desk) -> None:
    file = desk.put("wine.csv", table("n", lambda r, _: f'"{r.randint(1, 9)}"') + '1;2\n3;"4;5\n')

    printed = desk.draft(file, "price")

    assert "row: 2 fields instead of 3 (1 row); row: a quote is not closed" in printed
    assert desk.etl(file)["rows"]["quarantine"] == announced(printed)[0] == 2


def test_a_target_that_a_line_predicts_is_asked_about(desk: Desk) -> None:
    rows = "".join(f"{n * 1.25};{n % 7};{n * 2.5 + 1}\n" for n in range(900))
    file = desk.put("wine.csv", f"a;b;y\n{rows}")

    printed = desk.draft(file, "y")

    assert "does a column give it away?" in printed
    assert desk.model().evaluation.baselines == ("constant",)


def test_a_target_with_values_far_out_is_judged_by_mae(desk: Desk) -> None:
    chance = random.Random(8)  # noqa: S311 - data for a test, not a secret
    rows = "".join(f"{n % 7};{2.718 ** chance.gauss(0, 3):.4f}\n" for n in range(900))
    file = desk.put("wine.csv", f"a;y\n{rows}")

    desk.draft(file, "y")

    assert desk.model().evaluation.metric == "mae"


def test_a_target_with_a_decimal_comma_is_told_what_to_do(desk: Desk) -> None:
    file = desk.put("wine.csv", table("n", lambda r, _: f"{r.randint(1, 9)},5"))

    said = desk.refuse(file, "n")

    assert "decimal commas" in said
    assert "do: write them as 1234.56 in the file" in said
