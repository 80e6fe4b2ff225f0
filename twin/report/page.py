"""Writes the report: gather, draw, fill the template, replace the page in one move."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from twin.advice import advice
from twin.report import charts
from twin.report.drawings import drawings_of
from twin.report.gather import Json, RunResult, Story, critical_path, gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.settings import Workspace

SPLITS = ("train", "validation", "test", "quarantine")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS: Final = 86_400
_IN_DAYS: Final = {"date": 1, "timestamp": _SECONDS}
"""How many there are in a day, by the kind of column whose numbers they are."""


def write_page(workspace: Workspace) -> Path:
    """Write `.twin/last/report.html` from what lies beside it, and return its path.

    A reader never sees half a page: it is replaced whole.
    """
    story = gather(workspace)
    page = workspace.last / "report.html"
    draft = page.with_suffix(".html.draft")
    draft.write_text(render(story), encoding="utf-8")
    draft.replace(page)
    return page


def render(story: Story) -> str:
    """Return the page's HTML."""
    path = critical_path(story.bars)
    return (
        templates()
        .get_template("page.html.j2")
        .render(
            story=story,
            advice=advice,
            began=time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(story.began)),
            timeline=_at_both_widths(partial(charts.timeline, story.bars, path, story.seconds)),
            path_seconds=sum(bar.end - bar.start for bar in path),
            path=sorted(path, key=lambda bar: bar.start),
            runs=[_run_values(run) for run in story.latest],
        )
    )


def templates() -> Environment:
    """Return where templates of the report are found, and how they are filled."""
    return Environment(
        loader=PackageLoader("twin.report", "."),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _run_values(run: RunResult) -> dict[str, Any]:
    """Return what the template shows of one run: values and drawn charts."""
    return {
        "run": run,
        "lineage": _lineage(run.outcome),
        "metric": run.outcome.get("metric") or {},
        **_model_charts(run),
        **_data_charts(run.manifest),
    }


def _lineage(outcome: Json) -> list[tuple[str, str]]:
    names = (
        ("commit", "commit"),
        ("image", "image_digest"),
        ("dataset", "dataset_id"),
        ("training job", "training_job"),
        ("model package", "model_package_arn"),
        ("endpoint config", "endpoint_config"),
        ("endpoint", "endpoint"),
    )
    return [(name, str(outcome[key])) for name, key in names if outcome.get(key)]


def _model_charts(run: RunResult) -> dict[str, Markup | None]:
    drawings = drawings_of(run)
    if drawings is None:
        return {"comparison": None, "scatter": None, "importance": None}
    return {
        "comparison": _at_both_widths(drawings.comparison),
        "scatter": Markup(drawings.scatter()),  # noqa: S704 - escaped in charts
        "importance": _at_both_widths(drawings.importances),
    }


def _at_both_widths(draw: Callable[[float], str]) -> Markup:
    """Draw a chart for a screen and for a phone; the page shows the one that fits."""
    wide, narrow = draw(charts.WIDTH), draw(charts.NARROW)
    return Markup(f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>')  # noqa: S704 - escaped in charts


def _data_charts(manifest: Json) -> dict[str, Any]:
    if not manifest:
        return {"splits": None, "counts": [], "columns": [], "reasons": []}
    rows = manifest["rows"]
    counts = [(split, int(rows.get(split, 0))) for split in SPLITS]
    return {
        "splits": Markup(charts.shares(counts)),  # noqa: S704 - escaped in charts
        "counts": counts,
        "columns": [_column(manifest, column) for column in manifest["schema"]["columns"]],
        "reasons": manifest["quarantine"]["reasons"],
    }


def _column(manifest: Json, column: Json) -> dict[str, Any]:
    """Return one column's figures over the training split."""
    figures: Json = manifest["statistics"]["train"].get(column["name"], {})
    values: Json = figures.get("values") or {}
    a_day = _IN_DAYS.get(column["kind"])
    show = _figure if a_day is None else partial(_moment, a_day)
    return {
        "name": column["name"],
        "kind": column["kind"],
        "role": column["role"],
        "empty": int(figures.get("nulls", 0)),
        "deviation": (_figure if a_day is None else partial(_days, a_day))(
            figures.get("deviation")
        ),
        **{name: show(figures.get(name)) for name in ("min", "mean", "max")},
        "categories": ", ".join(f"{value} {count:,}" for value, count in values.items()),
    }


def _figure(value: object) -> str:
    """Return a number as people read it: exact text of decimals has more digits than they want."""
    try:
        return f"{float(str(value)):.5g}"
    except ValueError:
        return ""


def _moment(a_day: int, value: object) -> str:
    """Return the moment that a number stands for, which counts days or seconds since 1970."""
    if not isinstance(value, int | float):
        return ""
    moment = _EPOCH + timedelta(seconds=value * _SECONDS // a_day)
    return f"{moment:%Y-%m-%d}" if a_day == 1 else f"{moment:%Y-%m-%d %H:%M}"


def _days(a_day: int, value: object) -> str:
    return f"{value / a_day:.5g} days" if isinstance(value, int | float) else ""
