"""Writes the report: gather, draw, fill the template, replace the page in one move."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from twin.report import charts
from twin.report.gather import Json, RunResult, Story, critical_path, gather

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace

SPLITS = ("train", "validation", "test", "quarantine")


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
    environment = Environment(
        loader=PackageLoader("twin.report", "."),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    path = critical_path(story.bars)
    return environment.get_template("page.html.j2").render(
        story=story,
        began=time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(story.began)),
        timeline=Markup(charts.timeline(story.bars, path, story.seconds)),  # noqa: S704 - escaped in charts
        path_seconds=sum(bar.end - bar.start for bar in path),
        path=sorted(path, key=lambda bar: bar.start),
        runs=[_run_values(run) for run in story.latest],
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
    evaluation = run.evaluation
    if not evaluation:
        return {"comparison": None, "scatter": None, "importance": None}
    gate: Json = run.outcome.get("metric") or {}
    metric, limit = gate.get("name") or "rmse", gate.get("limit")
    baselines: dict[str, Json] = evaluation["baselines"]
    items = [_interval("this model", evaluation["metrics"][metric], "mine")]
    items += [
        _interval(f"{name} baseline", metrics[metric], "other")
        for name, metrics in baselines.items()
        if metric in metrics
    ]
    important = [(one["feature"], float(one["increase"])) for one in evaluation["importance"]]
    important.sort(key=lambda item: -item[1])
    unit = f"rise of {metric} when the feature is shuffled"
    scatter = charts.scatter(run.predictions, evaluation["target"]) if run.predictions else None
    return {
        "comparison": Markup(charts.intervals(items, limit, metric)),  # noqa: S704 - escaped in charts
        "scatter": Markup(scatter) if scatter else None,  # noqa: S704 - escaped in charts
        "importance": Markup(charts.importances(important, unit)),  # noqa: S704 - escaped in charts
    }


def _interval(name: str, metric: Json, style: str) -> charts.Interval:
    value = float(metric["value"])
    low, high = float(metric.get("low", value)), float(metric.get("high", value))
    return charts.Interval(name, value, low, high, style)


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
    bins = [int(count) for count in _bin_counts(figures)]
    drawn = charts.histogram(bins, f"distribution of {column['name']}") if bins else ""
    return {
        "name": column["name"],
        "kind": column["kind"],
        "role": column["role"],
        **{name: _figure(figures.get(name)) for name in ("min", "mean", "max")},
        "histogram": Markup(drawn),  # noqa: S704 - escaped in charts
    }


def _figure(value: object) -> str:
    """Return a number as people read it: exact text of decimals has more digits than they want."""
    try:
        return f"{float(str(value)):.5g}"
    except ValueError:
        return ""


def _bin_counts(figures: Json) -> list[Any]:
    """Return the counts of a histogram, or of the categories."""
    found: Json = figures.get("histogram") or figures.get("values") or {}
    return list(found.get("counts", found.values()))
