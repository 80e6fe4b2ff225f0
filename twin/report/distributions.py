"""How the values of a column are distributed, in each split: small charts that stand in a row.

Shares are of the rows of each split, so that splits of any size can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from twin.report.charts import svg, text
from twin.report.dataset import SPLITS
from twin.report.figures import of_kind, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.dataset import Column

WIDTH: Final = 320
HEIGHT: Final = 142
LEFT: Final = 34
RIGHT: Final = 8
TOP: Final = 8
BOTTOM: Final = 20
CATEGORIES: Final = 8
"""Rows of a chart of categories; the others are one row more."""

ROW: Final = 22
NAMES: Final = 112
NAME_LENGTH: Final = 16


@dataclass(frozen=True)
class Bin:
    """One bin, and the share of each split that lies in it."""

    low: str
    high: str
    shares: tuple[float, ...]


def draw(column: Column) -> str:
    """Draw one column; a text where it has no values."""
    if not column.counts:
        return '<p class="dim">no values</p>'
    return _histogram(column) if column.bins else _categories(column)


def bins_of(column: Column) -> list[Bin]:
    """Return the bins from the first to the last that has rows, or all of a declared range."""
    if column.bins is None:
        return []
    edges, filled = column.bins.edges, [int(place) for place in column.counts]
    first, last = (0, len(edges)) if column.bins.declared else (min(filled), max(filled))
    show = of_kind(column.kind)
    ends = [column.bins.low, *edges, column.bins.high]
    return [
        Bin(
            low=show(ends[place]),
            high=show(ends[place + 1]),
            shares=_shares(column, str(place)),
        )
        for place in range(first, last + 1)
    ]


def _shares(column: Column, name: str) -> tuple[float, ...]:
    """Return the share of each split's values that a bin or category has."""
    figures = [column.splits[split] for split in SPLITS]
    return tuple(one.counts.get(name, 0) / one.count if one.count else 0.0 for one in figures)


def _histogram(column: Column) -> str:
    bins = bins_of(column)
    top = max(share for one in bins for share in one.shares)
    step = (WIDTH - LEFT - RIGHT) / len(bins)
    ground = HEIGHT - BOTTOM
    parts = [_level(share, top) for share in (0.0, top / 2, top)]
    parts += [_bar(one, LEFT + place * step, step, top) for place, one in enumerate(bins)]
    parts += [_outline(bins, split, step, top) for split in (1, 2)]
    parts += _ends(bins)
    parts.append(
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{ground}" y2="{ground}"/>'
    )
    return svg(WIDTH, HEIGHT, f"Distribution of {column.name} in each split", parts)


def _bar(one: Bin, left: float, step: float, top: float) -> str:
    """Draw a bin of the training split; pointing at it tells the other splits, too."""
    high = (HEIGHT - BOTTOM - TOP) * one.shares[0] / top
    place = f'x="{left + 0.5:.1f}" width="{max(step - 1, 0.5):.1f}"'
    return (
        f"<g><title>{escape(_told(one))}</title>"
        f'<rect class="ghost" {place} y="{TOP}" height="{HEIGHT - BOTTOM - TOP}"/>'
        f'<rect class="share0" {place} y="{HEIGHT - BOTTOM - high:.1f}" height="{high:.1f}"/></g>'
    )


def _told(one: Bin) -> str:
    bounds = f"{one.low or '...'} to {one.high or '...'}"
    pairs = zip(SPLITS, one.shares, strict=True)
    return f"{bounds}: " + ", ".join(f"{name} {share:.1%}" for name, share in pairs)


def _outline(bins: Sequence[Bin], split: int, step: float, top: float) -> str:
    """Draw another split as a line over the bars."""
    points: list[str] = []
    for place, one in enumerate(bins):
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * one.shares[split] / top
        points += [f"{LEFT + place * step:.1f},{y:.1f}", f"{LEFT + (place + 1) * step:.1f},{y:.1f}"]
    return f'<polyline class="line{split}" points="{" ".join(points)}"/>'


def _level(share: float, top: float) -> str:
    y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share / top
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        + text(percent(share), LEFT - 5, y + 4, anchor="end")
    )


def _ends(bins: Sequence[Bin]) -> list[str]:
    """Name the two ends of the axis, and its middle where there is room."""
    y = HEIGHT - 5
    first, last = bins[0].low or f"below {bins[0].high}", bins[-1].high or f"from {bins[-1].low}"
    found = [text(first, LEFT, y, anchor="start"), text(last, WIDTH - RIGHT, y, anchor="end")]
    middle = bins[len(bins) // 2].low
    if len(bins) > 1 and len(first) + len(middle) + len(last) < 34:  # noqa: PLR2004 - letters on a line
        x = LEFT + (WIDTH - LEFT - RIGHT) * (len(bins) // 2) / len(bins)
        found.append(text(middle, x, y, anchor="middle"))
    return found


def _categories(column: Column) -> str:
    ordered = sorted(column.counts, key=lambda name: (-column.counts[name], name))
    rows = [(name, _shares(column, name)) for name in ordered[:CATEGORIES]]
    others = [_shares(column, name) for name in ordered[CATEGORIES:]]
    if others:
        rows.append((f"{len(others)} others", tuple(map(sum, zip(*others, strict=True)))))
    top = max(share for _, shares in rows for share in shares)
    parts = [_category(name, shares, place, top) for place, (name, shares) in enumerate(rows)]
    return svg(WIDTH, ROW * len(rows) + 6, f"Values of {column.name} in each split", parts)


def _category(name: str, shares: tuple[float, ...], place: int, top: float) -> str:
    y, room = 4 + ROW * place, WIDTH - NAMES - 44
    pairs = zip(SPLITS, shares, strict=True)
    title = f"{name}: " + ", ".join(f"{split} {share:.1%}" for split, share in pairs)
    bars = "".join(
        f'<rect class="share{split}" x="{NAMES}" y="{y + 5 * split + 1}" '
        f'width="{max(room * share / top, 0.5):.1f}" height="4.4"/>'
        for split, share in enumerate(shares)
    )
    short = name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
    label = text(short, NAMES - 7, y + 13, anchor="end", kind="name")
    value = text(percent(shares[0]), NAMES + room * max(shares) / top + 5, y + 12, anchor="start")
    return f"<g><title>{escape(title)}</title>{label}{bars}{value}</g>"
