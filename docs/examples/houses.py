"""Made-up house prices, the same ones each time: the file of docs/your-own-model.md.

    python3 docs/examples/houses.py > houses.csv

Six rows break the contract of that page on purpose, each in its own way.
"""  # noqa: INP001 - a script to run, no package

import csv
import random
import sys

ROWS = 1500
SEED = 7
HEADER: tuple[str, ...] = ("listed", "zone", "area_m2", "price_k", "rooms", "kind", "floor")
PRICE_OF_A_SQUARE_METRE = {"Old Town": 2.9, "New Harbour": 2.3, "West Side": 1.6}
FACTOR = {"flat": 1.0, "terraced house": 1.1, "detached": 1.3}
DIRTY = {
    100: ("area_m2", ""),
    350: ("area_m2", "large"),
    600: ("zone", "Moon Base"),
    850: ("listed", "1898"),
    1100: ("rooms", "4.5"),
    1350: ("price_k", "-20"),
}
"""Row -> the column that is broken, and what it says instead."""


def house(chance: random.Random) -> dict[str, str]:
    """Return one row that keeps the contract."""
    zone = chance.choice(tuple(PRICE_OF_A_SQUARE_METRE))
    kind = chance.choice(tuple(FACTOR))
    area = round(chance.uniform(30, 220), 1)
    listed = chance.randint(2015, 2025)
    price = area * PRICE_OF_A_SQUARE_METRE[zone] * FACTOR[kind] * 1.03 ** (listed - 2015)
    return {
        "listed": str(listed),
        "zone": zone,
        "area_m2": str(area),
        "price_k": f"{price * chance.gauss(1, 0.03):.1f}",
        "rooms": str(max(1, round(area / 30 + chance.uniform(-1, 1)))),
        "kind": kind,
        "floor": str(chance.randint(0, 12)) if kind == "flat" else "",
    }


def main() -> None:
    """Print the file."""
    chance = random.Random(SEED)  # noqa: S311 - figures for a page, no secret
    writer = csv.DictWriter(sys.stdout, HEADER, delimiter=";", lineterminator="\n")
    writer.writeheader()
    for number in range(ROWS):
        column, text = DIRTY.get(number, ("", ""))
        writer.writerow(house(chance) | ({column: text} if column else {}))


if __name__ == "__main__":
    main()
