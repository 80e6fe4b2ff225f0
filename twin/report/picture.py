"""One SVG of the report's own charts, for documents: no script, no font, nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from twin.report import charts
from twin.report.drawings import Drawings, drawings_of
from twin.report.gather import critical_path
from twin.report.page import templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import Story

MARGIN = 24
GAP = 34
WIDE = 760
HALF = 363
WIDTH = WIDE + 2 * MARGIN
VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
FRAME = (
    "text { font-family: system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }"
    " .card { fill: var(--card); stroke: var(--line); } .title { font-weight: 600; }"
)


@dataclass(frozen=True)
class Panel:
    """One chart and where it stands."""

    title: str
    chart: str
    left: float
    width: float

    @property
    def height(self) -> float:
        """Return how high the chart is at its width."""
        found = VIEW_BOX.search(self.chart)
        if found is None:
            raise ValueError(f"a chart without a viewBox: {self.chart[:80]!r}")
        return self.width * float(found[2]) / float(found[1])


def draw_report(story: Story) -> str:
    """Draw the timeline, and the charts of the latest run that was evaluated."""
    bars = charts.timeline(story.bars, critical_path(story.bars), story.seconds)
    rows = [[Panel("The steps over time", bars, MARGIN, WIDE)]]
    for run in story.latest[-1:]:
        drawings = drawings_of(run)
        rows += _model_rows(run.model, drawings) if drawings else []
    return _stack(rows)


def _model_rows(model: str, drawings: Drawings) -> list[list[Panel]]:
    right = MARGIN + WIDE - HALF
    title = f"{model}: {drawings.metric} on the test rows, beside baselines"
    features = Panel("What the model looks at", drawings.importances(HALF), right, HALF)
    scatter = drawings.scatter()
    points = [Panel("Predicted against actual", scatter, MARGIN, HALF)] if scatter else []
    return [[Panel(title, drawings.comparison(), MARGIN, WIDE)], [*points, features]]


def _stack(rows: Sequence[Sequence[Panel]]) -> str:
    """Put rows of panels below each other on one card."""
    top, parts = float(MARGIN), list[str]()
    for row in rows:
        parts += [_place(panel, top) for panel in row]
        top += max((panel.height for panel in row), default=0.0) + GAP
    height = top + MARGIN - GAP + GAP / 2
    style = templates().get_template("charts.css").render()
    card = f'<rect class="card" x="1" y="1" width="{WIDTH - 2}" height="{height - 2:.0f}" rx="12"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-label="Charts of the report" xmlns="http://www.w3.org/2000/svg">'
        f"<style>{style}{FRAME}</style>{card}{''.join(parts)}</svg>\n"
    )


def _place(panel: Panel, top: float) -> str:
    place = f'x="{panel.left}" y="{top + 14:.0f}" width="{panel.width}" height="{panel.height:.0f}"'
    title = f'<text class="title" x="{panel.left}" y="{top + 4:.0f}">{escape(panel.title)}</text>'
    return title + panel.chart.replace("<svg ", f"<svg {place} ", 1)
