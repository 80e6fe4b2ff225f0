"""Categories that a contract does not list: those that the rows have, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.contract import SPLITS
from etl.errors import ManyValuesError
from etl.measures import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Column, Contract
    from etl.summary import Summary

_SHOWN: Final = 5


def learn(summary: Summary, contract: Contract, where: str) -> Mapping[str, Sequence[str]]:
    """Return the values of each column whose values are learnt, sorted.

    Raises:
        ManyValuesError: a column has more of them than it may.
    """
    learnt = [column for column in contract.kept if column.max_values is not None]
    return {column.name: _values(summary, column, where) for column in learnt}


def _values(summary: Summary, column: Column, where: str) -> Sequence[str]:
    measures = [summary.measures[name][column.name] for name in SPLITS]
    counted = [one.values for one in measures if isinstance(one, Values)]
    values = sorted({value for one in counted for value in one})
    if column.max_values is not None and len(values) > column.max_values:
        raise ManyValuesError(
            f"column {column.name!r} has more categories than may be learnt",
            where=where,
            found=f"more than {column.max_values}, such as {', '.join(map(repr, values[:_SHOWN]))}",
            expected=f"at most {column.max_values} (max_values in data.columns)",
            do="raise max_values, or make the column kind text or identifier, or numeric",
        )
    return values
