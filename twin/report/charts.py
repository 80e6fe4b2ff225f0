"""Charts as SVG text: pure, styled by the page's own variables so that they follow its theme.

Every chart says in its `aria-label` what it shows; every mark carries a `<title>` with its figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import Bar

WIDTH = 760
"""Of the drawing's own coordinates; the page scales it to its column."""

NARROW = 380
"""The same for a phone: scaled from `WIDTH`, nobody could read the letters there."""

TICK_ROOM = 100
"""Of the width: what a tick and its label need."""

ROW = 26
LEFT = 92
WIDE_LEFT = 130
MOST_POINTS = 2_000
"""Points of a scatter plot that are drawn: more would make the page heavy and show no more."""


@dataclass(frozen=True)
class Interval:
    """A named estimate with its confidence interval."""

    name: str
    value: float
    low: float
    high: float
    style: str


@dataclass(frozen=True)
class Scale:
    """Maps values to pixels, linearly."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        span = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round values between two bounds, at most `most` of them."""
    span = max(high - low, 1e-9)
    step = 10.0 ** (math.floor(math.log10(span)) - 2)
    factors = (1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
    step = next((step * factor for factor in factors if span / (step * factor) <= most), span)
    first = -(-low // step)
    return [(first + index) * step for index in range(most + 1) if (first + index) * step <= high]


def timeline(
    bars: Sequence[Bar], path: frozenset[Bar], seconds: float, width: float = WIDTH
) -> str:
    """Draw the steps as bars over time; those that the end waited for stand out."""
    height = ROW * len(bars) + 34
    scale = Scale(0, max(seconds, 0.1), LEFT, width - 62)
    parts = [grid(scale, height - 24, " s")]
    for index, bar in enumerate(bars):
        parts.append(_timeline_row(bar, scale, 4 + index * ROW, on_path=bar in path))
    return svg(width, height, "Each step over time, in seconds since the push", parts)


def _timeline_row(bar: Bar, scale: Scale, top: float, *, on_path: bool) -> str:
    start, width = scale(bar.start), max(3.0, scale(bar.end) - scale(bar.start))
    kind = "failed" if bar.state == "failed" else "path" if on_path else "wait"
    seconds = bar.end - bar.start
    title = f"{bar.label} ({bar.service}): {seconds:.2f} s. {bar.fact}"
    duration = f"{seconds:.1f} s" if bar.ended else "not ended"
    return (
        f'<g><title>{escape(title)}</title><text class="name" x="{LEFT - 8}" y="{top + 15}" '
        f'text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="{kind}" x="{start:.1f}" y="{top + 3}" width="{width:.1f}" '
        f'height="{ROW - 9}" rx="3"/>'
        f'<text class="small" x="{start + width + 5:.1f}" y="{top + 15}">{duration}</text></g>'
    )


def intervals(
    items: Sequence[Interval], limit: float | None, unit: str, width: float = WIDTH
) -> str:
    """Draw estimates as dots with their intervals, and the gate's limit as a line."""
    values = [bound for item in items for bound in (item.low, item.high)]
    values += [] if limit is None else [limit]
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or 1.0
    scale = Scale(low - margin, high + margin, WIDE_LEFT, width - 62)
    height = ROW * len(items) + 40
    parts = [grid(scale, height - 24, "")]
    if limit is not None:
        parts.append(_limit(scale(limit), height - 24, limit))
    parts += [_interval_row(item, scale, 4 + row * ROW) for row, item in enumerate(items)]
    return svg(width, height, f"{unit} with intervals", parts)


def _interval_row(item: Interval, scale: Scale, top: float) -> str:
    middle = top + 11
    title = f"{item.name}: {item.value:.3f}, interval {item.low:.3f} to {item.high:.3f}"
    return (
        f"<g><title>{escape(title)}</title>"
        f'<text class="name" x="{WIDE_LEFT - 8}" y="{top + 15}" text-anchor="end">'
        f'{escape(item.name)}</text><line class="range {item.style}" x1="{scale(item.low):.1f}" '
        f'x2="{scale(item.high):.1f}" y1="{middle}" y2="{middle}"/>'
        f'<circle class="{item.style}" cx="{scale(item.value):.1f}" cy="{middle}" r="5"/>'
        f'<text class="small" x="{scale(item.high) + 8:.1f}" y="{top + 15}">{item.value:.3f}'
        "</text></g>"
    )


def _limit(x: float, bottom: float, limit: float) -> str:
    return (
        f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}"/>'
        f'<text class="small limit-name" x="{x + 4:.1f}" y="{bottom - 4}">limit {limit:g}</text>'
    )


def scatter(points: Sequence[tuple[float, float]], target: str) -> str:
    """Draw predictions over true values, with the line on which they would be equal."""
    shown = points[:: max(1, -(-len(points) // MOST_POINTS))]
    values = [value for point in shown for value in point]
    size, pad = 420, 44
    across = Scale(min(values), max(values), pad, size - 12)
    up = Scale(min(values), max(values), size - pad, 12)
    corner = (across(across.low), up(across.low), across(across.high), up(across.high))
    parts = [square_axes(across, up, size, pad, (f"actual {target}", "predicted"))]
    names = zip(("x1", "y1", "x2", "y2"), corner, strict=True)
    place = " ".join(f'{name}="{value:.1f}"' for name, value in names)
    parts.append(f'<line class="equal" {place}/>')
    parts += [
        f'<circle class="point" cx="{across(true):.1f}" cy="{up(guess):.1f}" r="2.4"/>'
        for true, guess in shown
    ]
    return svg(size, size, f"Predicted against actual {target} of {len(shown)} test rows", parts)


def square_axes(across: Scale, up: Scale, size: float, pad: float, words: tuple[str, str]) -> str:
    """Draw the axes of a square chart, and what they mean."""
    marks: list[str] = []
    for value in ticks(across.low, across.high, 6):
        x, y = across(value), up(value)
        marks.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="12" y2="{size - pad}"/>')
        marks.append(f'<line class="grid" x1="{pad}" x2="{size - 12}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(text(f"{value:g}", x, size - pad + 15))
        marks.append(text(f"{value:g}", pad - 6, y + 4, anchor="end"))
    marks.append(text(words[0], size / 2, size - 8, kind="name"))
    marks.append(f'<g transform="translate(13,{size / 2}) rotate(-90)">')
    marks.append(text(words[1], 0, 0, kind="name") + "</g>")
    return "".join(marks)


def text(said: str, x: float, y: float, *, anchor: str = "middle", kind: str = "small") -> str:
    """Return a text at a place."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(said)}</text>'


def importances(items: Sequence[tuple[str, float]], unit: str, width: float = WIDTH) -> str:
    """Draw each feature's importance as a bar."""
    height = ROW * len(items) + 8
    left = WIDE_LEFT
    scale = Scale(0, max((value for _, value in items), default=1.0), left, width - 62)
    parts: list[str] = []
    for row, (name, value) in enumerate(items):
        top, long = 4 + row * ROW, max(1.0, scale(max(value, 0.0)) - left)
        place = f'x="{left}" y="{top + 3}" width="{long:.1f}" height="{ROW - 9}"'
        parts.append(
            f"<g><title>{escape(name)}: {value:.4f} {escape(unit)}</title>"
            + text(name, left - 8, top + 15, anchor="end", kind="name")
            + f'<rect class="path" {place} rx="3"/>'
            + text(f"{value:.3f}", left + long + 6, top + 15, anchor="start")
            + "</g>"
        )
    return svg(width, height, f"Importance of each feature: {unit}", parts)


def shares(items: Sequence[tuple[str, int]]) -> str:
    """Draw counts as one bar cut into parts."""
    total = sum(count for _, count in items) or 1
    x, parts = 0.0, list[str]()
    for index, (name, count) in enumerate(items):
        width = WIDTH * count / total
        title = f"{name}: {count:,} rows, {count / total:.1%}"
        parts.append(
            f"<g><title>{escape(title)}</title>"
            f'<rect class="share{index}" x="{x:.1f}" y="0" width="{width:.1f}" height="22"/></g>'
        )
        x += width
    return svg(WIDTH, 22, "Rows of each split", parts)


def grid(scale: Scale, bottom: float, unit: str) -> str:
    """Draw lines at round values, and the values below them."""
    marks: list[str] = []
    for value in ticks(
        scale.low, scale.high, max(2, int((scale.end - scale.start) / TICK_ROOM) + 1)
    ):
        x = scale(value)
        marks.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}"/>')
        marks.append(text(f"{value:g}{unit}", x, bottom + 16))
    return "".join(marks)


def svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    """Return a chart; its label is what it says to those who do not see it."""
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
