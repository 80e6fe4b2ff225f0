"""Writes the report: gather, draw, fill the template, replace the page in one move."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from twin.advice import advice
from twin.report import agreement, charts
from twin.report.data import DataView, Earlier, data_view
from twin.report.drawings import drawings_of
from twin.report.gather import Json, RunResult, Story, critical_path, gather
from twin.report.model import model_view
from twin.report.previous import previous_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twin.settings import Workspace


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


def render_dataset(manifest: Json, earlier: Earlier | None) -> str:
    """Return the HTML of a page about one manifest."""
    return (
        templates()
        .get_template("dataset.html.j2")
        .render(
            model=str(manifest.get("model", "a dataset")),
            data=data_view(manifest, earlier),
        )
    )


def render(story: Story) -> str:
    """Return the page's HTML."""
    path = critical_path(story.bars)
    return (
        templates()
        .get_template("page.html.j2")
        .render(
            story=story,
            advice=advice,
            began=time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(story.began)),
            timeline=_at_both_widths(partial(charts.timeline, story.bars, path, story.seconds)),
            path_seconds=sum(bar.end - bar.start for bar in path),
            path=sorted(path, key=lambda bar: bar.start),
            runs=[_run_values(run, story.all_runs) for run in story.latest],
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


def _run_values(run: RunResult, all_runs: Sequence[RunResult]) -> dict[str, Any]:
    """Return what the template shows of one run: values and drawn charts."""
    return {
        "run": run,
        "lineage": _lineage(run.outcome),
        "metric": run.outcome.get("metric") or {},
        **_model_charts(run),
        "data": _data(run, all_runs),
    }


def _data(run: RunResult, all_runs: Sequence[RunResult]) -> DataView | str | None:
    """Return what the run's data is; None where it came to none."""
    if not run.manifest:
        return None
    previous = previous_of(run, all_runs)
    if previous is None:
        return data_view(run.manifest, None)
    said = f"the run {previous.run.run_id} ({previous.why})"
    return data_view(run.manifest, Earlier(previous.run.manifest, said))


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


def _model_charts(run: RunResult) -> dict[str, Any]:
    drawings = drawings_of(run)
    if drawings is None:
        return {"comparison": None}
    calibration: Sequence[Json] = run.evaluation.get("calibration") or ()
    residuals: Json = run.evaluation.get("residuals") or {}
    target = str(run.evaluation["target"])
    return {
        "model": model_view(run, drawings.metric),
        "calibration": Markup(agreement.calibration(calibration)) if calibration else None,  # noqa: S704 - escaped there
        "residuals": _at_both_widths(partial(agreement.residuals, residuals, target))
        if residuals
        else None,
        "comparison": _at_both_widths(drawings.comparison),
        "scatter": Markup(drawings.scatter()),  # noqa: S704 - escaped in charts
        "importance": _at_both_widths(drawings.importances),
    }


def _at_both_widths(draw: Callable[[float], str]) -> Markup:
    """Draw a chart for a screen and for a phone; the page shows the one that fits."""
    wide, narrow = draw(charts.WIDTH), draw(charts.NARROW)
    return Markup(f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>')  # noqa: S704 - escaped in charts
