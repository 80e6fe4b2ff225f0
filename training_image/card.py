"""The model card: what people should know of a model before they rely on it, as Markdown.

After Mitchell et al., "Model Cards for Model Reporting" (2019), as far as data and evaluation say
it. What the model is meant for and whom it may harm, people have to add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from training_image.preparation import Preparation
    from training_image.schema import Column, Schema

CARD: Final = "model-card.md"
MOST_SLICES: Final = 8
MOST_FEATURES: Final = 10


def render_card(evaluation: Mapping[str, Any], preparation: Preparation) -> bytes:
    """Return the card of a model that was evaluated."""
    schema = preparation.raw
    lines = [
        f"# Model card: {schema.target}",
        "",
        *_purpose(evaluation, schema),
        *_data(evaluation, preparation),
        *_metrics(evaluation),
        *_slices(evaluation),
        *_importance(evaluation),
        *_limits(evaluation, schema),
    ]
    return ("\n".join(lines) + "\n").encode()


def _purpose(evaluation: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    classes = evaluation.get("classes")
    yield "## What it is for"
    yield ""
    if classes:
        yield f"It says how likely each class of `{schema.target}` is: {', '.join(classes)}."
    else:
        yield f"It predicts the number `{schema.target}`."
    trained = evaluation["trained"]
    yield f"Objective `{evaluation['objective']}`, algorithm `{trained['algorithm']}`."
    yield _learnt(trained)
    yield ""


def _learnt(trained: Mapping[str, Any]) -> str:
    """Return a sentence about how the model came about."""
    where = f" on {trained['hosts']} hosts" if "hosts" in trained else ""
    rounds = ", ".join(str(one["rounds"]) for one in trained["trees"])
    made = f"Learnt from {trained['rows']:,} rows{where}: trees of {rounds} rounds"
    if trained.get("share"):
        made += f", and {trained['nets']} nets with a share of {trained['share']:g}"
    return f"{made}."


def _data(evaluation: Mapping[str, Any], preparation: Preparation) -> Iterator[str]:
    rows = evaluation["rows"]
    yield "## Data"
    yield ""
    yield ", ".join(f"{count:,} {name} rows" for name, count in rows.items()) + "."
    yield "The test rows decided nothing about the model."
    yield ""
    learnt = {column.name for column in preparation.schema.features}
    known = {column.name for column in preparation.raw.features}
    for column in preparation.raw.features:
        note = "" if column.name in learnt else " Nothing is learnt from it."
        yield f"- `{column.name}`: {_described(column)}.{note}"
    yield from (f"- `{name}`: derived." for name in sorted(learnt - known))
    yield ""


def _described(column: Column) -> str:
    values = f" ({', '.join(column.values)})" if column.kind == "categorical" else ""
    return f"{column.kind}{values}{', may be empty' if column.nullable else ''}"


def _measured(evaluation: Mapping[str, Any]) -> int:
    """Return how many test rows were measured: of many, some of them."""
    return int(evaluation["trained"].get("sampled", evaluation["rows"])["test"])


def _metrics(evaluation: Mapping[str, Any]) -> Iterator[str]:
    interval, baselines = evaluation["interval"], evaluation["baselines"]
    yield f"## How good it is, on {_measured(evaluation):,} test rows"
    yield ""
    yield _row(
        ["metric", "better is", "this model", f"{interval['level']:.0%} interval", *baselines]
    )
    yield _row(["---"] * (4 + len(baselines)))
    for name, one in evaluation["metrics"].items():
        others = [_number(found[name]["value"]) for found in baselines.values()]
        bounds = f"{_number(one['low'])} to {_number(one['high'])}"
        yield _row([name, evaluation["directions"][name], _number(one["value"]), bounds, *others])
    yield ""
    yield f"Intervals: {interval['method']}, {interval['resamples']:,} resamples of the test rows."
    yield ""


def _slices(evaluation: Mapping[str, Any]) -> Iterator[str]:
    metric = evaluation["importance_of"]
    known = [one for one in evaluation["slices"] if one["metrics"].get(metric) is not None]
    worst = sorted(known, key=lambda one: -one["metrics"][metric])[:MOST_SLICES]
    if not worst:
        return
    yield f"## Where it is worst, by {metric}"
    yield ""
    yield _row(["column", "rows where it is", "test rows", metric])
    yield _row(["---"] * 4)
    for one in worst:
        value = _number(one["metrics"][metric])
        yield _row([one["column"], one["slice"], f"{one['rows']:,}", value])
    yield ""


def _importance(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "## What it looks at"
    yield ""
    yield f"Rise of {evaluation['importance_of']} when a column's test values are shuffled:"
    yield ""
    for one in evaluation["importance"][:MOST_FEATURES]:
        yield f"- `{one['feature']}`: {_number(one['increase'])}"
    yield ""


def _limits(evaluation: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield "- It knows what the training rows show: rows unlike them get an answer all the same."
    yield "- Numbers beyond the range of nearly all training rows count as the end of that range."
    if schema.categories:
        yield "- A category that the contract does not declare is refused."
    if evaluation.get("classes"):
        error = _number(evaluation["metrics"]["calibration_error"]["value"])
        yield f"- Probabilities are off by {error} on average (calibration error)."
    yield "- Rows of one slice may fare worse than all: see above. Other groups were not looked at."
    yield "- Importance is no cause: columns that move together share it."


def _row(cells: Sequence[str]) -> str:
    escaped = [cell.replace("|", r"\|").replace("\n", " ") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4g}"
