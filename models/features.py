"""What a model learns from beside its columns as they are: some left out, some put together.

Derived features are computed inside the artifact, so no client ever computes one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from models.columns import NUMBERS, Column
from models.fields import Fields, closest

PAIRS: Final = ("ratio", "difference", "product")
KINDS: Final = (*PAIRS, "log")

MOST_DERIVED: Final = 30
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(frozen=True)
class Derived:
    """One number that is computed from others."""

    name: str
    kind: str
    of: tuple[str, ...]
    """One column for `log`, else two; the first is divided, or reduced, by the second."""

    def to_json(self) -> dict[str, Any]:
        """As the model file has it."""
        return {"name": self.name, self.kind: self.of[0] if self.kind == "log" else list(self.of)}


@dataclass(frozen=True)
class Features:
    """The section `training.features`."""

    exclude: tuple[str, ...] = ()
    """Columns that requests have and no model learns from."""

    derived: tuple[Derived, ...] = ()

    def derived_of(self, column: str) -> str:
        """The first derived feature that a column is part of; empty where there is none."""
        return next((one.name for one in self.derived if column in one.of), "")

    def to_json(self) -> dict[str, Any]:
        """The section as identities hash it."""
        return {
            "exclude": list(self.exclude),
            "derived": [one.to_json() for one in self.derived],
        }


def read_features(fields: Fields, columns: Sequence[Column], target: str) -> Features:
    """Read the section. `columns` has no target, and is empty where the contract is not sound."""
    features = Features(_excluded(fields, columns), _derived(fields, columns, target))
    learnt = [one for one in columns if one.kept]
    left = [one for one in learnt if one.name not in features.exclude]
    if learnt and not left and not features.derived:
        fields.reject("exclude", list(features.exclude), "a feature that is left")
    fields.close()
    return features


def _excluded(fields: Fields, columns: Sequence[Column]) -> tuple[str, ...]:
    names = [column.name for column in columns if column.kept]
    items = fields.items("exclude", "a list of columns", default=())
    for index, item in enumerate(items):
        if (columns and item not in names) or item in items[:index]:
            words = f"{', '.join(names)}, each once"
            fields.reject(f"exclude[{index}]", item, words, closest(item, names))
    return tuple(str(item) for item in items)


def _derived(fields: Fields, columns: Sequence[Column], target: str) -> tuple[Derived, ...]:
    items = fields.items("derived", "a list of features", default=())
    if len(items) > MOST_DERIVED:
        fields.reject("derived", f"{len(items)} features", f"at most {MOST_DERIVED}")
    found = [
        _one(fields.entry("derived", index, item), columns) for index, item in enumerate(items)
    ]
    taken = [*(column.name for column in columns), target]
    for index, one in enumerate(found):
        if one.name in taken:
            fields.reject(f"derived[{index}].name", one.name, "a name that nothing else has")
        taken.append(one.name)
    return tuple(found)


def _one(fields: Fields, columns: Sequence[Column]) -> Derived:
    name = fields.text(
        "name", lambda text: bool(_NAME.fullmatch(text)), f"a name like {_NAME.pattern}"
    )
    kinds = [kind for kind in KINDS if fields.has(kind)]
    if len(kinds) != 1:
        fields.reject("name", name, f"one of {', '.join(KINDS)} beside it")
        return Derived(name, "log", ())
    kind = kinds[0]
    value = fields.optional(kind)
    of = cast("list[object]", value) if isinstance(value, list) else [value]
    _check_parts(fields, kind, of, [one.name for one in columns if one.kind in NUMBERS])
    fields.close()
    return Derived(name, kind, tuple(str(part) for part in of))


def _check_parts(fields: Fields, kind: str, of: Sequence[object], numbers: Sequence[str]) -> None:
    wanted = 1 if kind == "log" else 2
    if len(of) != wanted:
        words = "one column" if wanted == 1 else "a list of two columns"
        fields.reject(kind, list(of), words)
    for part in of:
        if numbers and part not in numbers:
            fields.reject(
                kind,
                part,
                f"numeric or integer columns: {', '.join(numbers)}",
                closest(part, numbers),
            )
