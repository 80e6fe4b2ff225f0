"""What the page shows of a run's data, from manifests alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from markupsafe import Markup

from twin.report import charts, distributions, tables
from twin.report.comparison import TOLD, WORDS, Comparison, compare
from twin.report.dataset import SPLITS, Column, Dataset, UnreadableError, read_dataset
from twin.report.figures import percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.report.drift import Drift
    from twin.report.gather import Json
    from twin.report.tables import Balance, Table

COUNTED: Final = (*SPLITS, "quarantine")
CHARTS: Final = 12
"""Columns whose distribution is drawn at first sight: the target, then those that moved most."""

FOLDED_CHARTS: Final = 88
"""Those that can be opened below."""


@dataclass(frozen=True)
class Chart:
    """The distribution of one column."""

    name: str
    said: str
    verdict: str
    word: str
    chart: Markup


@dataclass(frozen=True)
class DataView:
    """A run's data, ready for the template."""

    refused: str
    read: int
    bad: str
    """The share of rows in quarantine."""

    bar: Markup
    counts: Sequence[tuple[str, int]]
    balance: Balance
    columns: Table
    charts: Sequence[Chart]
    folded: Sequence[Chart]
    undrawn: int
    reasons: Table
    more_rows: int
    """How often the reasons that are not shown were found."""

    objects: Table
    comparison: Comparison


@dataclass(frozen=True)
class Earlier:
    """A manifest to compare with."""

    manifest: Json
    said: str
    """Whose it is."""


def data_view(manifest: Json, earlier: Earlier | None) -> DataView | str:
    """Return what is shown of a manifest, or why nothing is."""
    try:
        dataset = read_dataset(manifest)
    except UnreadableError as error:
        return f"There are no figures of this dataset: {error}.{_rows(manifest)}"
    return _view(dataset, *_readable(earlier))


def _rows(manifest: Json) -> str:
    """Return what manifests of every format tell, where this one does."""
    rows = manifest.get("rows")
    if not isinstance(rows, dict):
        return ""
    return f" Its rows: {', '.join(f'{k} {v}' for k, v in cast('Json', rows).items())}."


def _readable(earlier: Earlier | None) -> tuple[Dataset | None, str]:
    """Return the earlier dataset if there is one that can be read, and what to say of it."""
    if earlier is None:
        return None, "There is no earlier dataset of this model to compare with."
    try:
        before = read_dataset(earlier.manifest)
    except UnreadableError as error:
        return None, f"The dataset of {earlier.said} cannot be compared: {error}."
    return before, f"dataset {before.dataset_id} of {earlier.said}"


def _view(dataset: Dataset, before: Dataset | None, said: str) -> DataView:
    compared = compare(dataset, before, said) if before else Comparison(said)
    counts = [(name, dataset.rows[name]) for name in COUNTED]
    columns = _in_order(dataset, compared.drifts)
    drawn = [_chart(one, compared.drifts) for one in columns[: CHARTS + FOLDED_CHARTS]]
    return DataView(
        refused=dataset.refused,
        read=dataset.rows["read"],
        bad=percent(dataset.rows["quarantine"] / max(1, dataset.rows["read"])),
        bar=Markup(charts.shares(counts)),  # noqa: S704 - escaped in charts
        counts=counts,
        balance=tables.balance(dataset),
        columns=tables.columns(dataset),
        charts=drawn[:CHARTS],
        folded=drawn[CHARTS:],
        undrawn=len(columns) - len(drawn),
        reasons=tables.reasons(dataset),
        more_rows=sum(one.rows for one in dataset.reasons[tables.REASONS :]),
        objects=tables.objects(dataset, before),
        comparison=compared,
    )


def _in_order(dataset: Dataset, drifts: Mapping[str, Drift]) -> list[Column]:
    """Return the columns as they are drawn: the target, those that moved, the others."""

    def place(column: Column) -> tuple[bool, float]:
        drift = drifts.get(column.name)
        told = drift is not None and drift.verdict in TOLD
        return column.name != dataset.target, -drift.value if drift and told else 0.0

    return sorted(dataset.columns, key=place)


def _chart(column: Column, drifts: Mapping[str, Drift]) -> Chart:
    drift = drifts.get(column.name)
    verdict = drift.verdict if drift and drift.verdict in TOLD else ""
    said = [column.kind, *(["target"] if column.role == "target" else [])]
    said += [f"{percent(column.gaps)} empty"] if column.nulls else []
    said += ["no declared range"] if column.bins and not column.bins.declared else []
    drawn = Markup(distributions.draw(column))  # noqa: S704 - escaped in distributions
    return Chart(column.name, ", ".join(said), verdict, WORDS[verdict], drawn)
