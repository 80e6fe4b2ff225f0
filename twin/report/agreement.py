"""How answers and truth agree, as charts: calibration of probabilities, residuals of numbers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from twin.report import charts
from twin.report.charts import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import Json

SIZE = 420
PAD = 44
HIGH = 170


def calibration(bins: Sequence[Json]) -> str:
    """Draw what came true over what was said; the larger a dot, the more rows it stands for."""
    across, up = Scale(0, 1, PAD, SIZE - 12), Scale(0, 1, SIZE - PAD, 12)
    most = max((one["rows"] for one in bins), default=1)
    corners = f'x1="{across(0):.1f}" y1="{up(0):.1f}" x2="{across(1):.1f}" y2="{up(1):.1f}"'
    words = ("said: probability", "came true: share")
    parts = [charts.square_axes(across, up, SIZE, PAD, words), f'<line class="equal" {corners}/>']
    for one in bins:
        said, came = one["predicted"], one["observed"]
        title = f"{one['rows']:,} rows: {said:.3f} said, {came:.3f} came true"
        radius = 3 + 9 * (one["rows"] / most) ** 0.5
        place = f'cx="{across(said):.1f}" cy="{up(came):.1f}" r="{radius:.1f}"'
        parts.append(f'<circle class="mine bin" {place}><title>{escape(title)}</title></circle>')
    return charts.svg(SIZE, SIZE, "What came true over what was said", parts)


def residuals(found: Json, target: str, width: float = charts.WIDTH) -> str:
    """Draw how many test rows are how far from their prediction."""
    edges, counts = found["edges"], found["counts"]
    across = Scale(edges[0], edges[-1], 16, width - 16)
    up = Scale(0, max([*counts, 1]), HIGH, 8)
    parts = [charts.grid(across, HIGH, "")]
    for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
        left, right, top = across(low), across(high), up(count)
        title = f"{low:.4g} to {high:.4g}: {count:,} rows"
        place = f'x="{left + 0.5:.1f}" y="{top:.1f}" width="{right - left - 1:.1f}"'
        parts.append(
            f'<rect class="path" {place} height="{HIGH - top:.1f}"><title>{title}</title></rect>'
        )
    zero = across(0)
    parts.append(f'<line class="equal" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{HIGH}"/>')
    return charts.svg(width, HIGH + 26, f"Actual less predicted {target} of the test rows", parts)
