"""A draft as the text of a model file, with comments that say what was seen and what to check."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, cast

from models.errors import ModelFileError
from models.load import load_model
from models.split import USUAL
from ops.draft.balance import METRIC
from ops.draft.decision import in_rows
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.columns import Column
    from models.schema import Model
    from ops.draft.draft import Draft

WIDTH: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]*[A-Za-z0-9_]|[A-Za-z_]")
_WORDS_OF_YAML: Final = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def write(name: str, drafted: Draft, models: Path, folder: Path) -> Path:
    """Write the file, once it was proven in a folder for temporary files.

    Raises:
        OpsError: there is a model of that name, or what would be written is not what was decided.
    """
    text = render(name, drafted)
    as_model(name, drafted, folder)
    path = models / f"{name}.yaml"
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise taken(path) from error
    return path


def taken(path: Path) -> OpsError:
    """Return that there is such a model."""
    return OpsError(
        "there is a model of that name",
        resource=f"models/{path.name}",
        expected="a name without a file: nothing is ever overwritten",
        do=f"name it otherwise: NAME={path.stem}-2; or take that file away yourself",
    )


def render(name: str, drafted: Draft) -> str:
    """Return the text of the model file."""
    lines = [
        *_introduction(name, drafted),
        "data:",
        *_format(drafted),
        "",
        *_columns(drafted),
        "",
        f"  target: {scalar(drafted.target)}",
        "",
        *_rows(drafted),
        "",
        *_balance(drafted),
        *_evaluation(drafted),
    ]
    return "\n".join(lines) + "\n"


def as_model(name: str, drafted: Draft, folder: Path) -> Model:
    """Return the model that the text comes to, proven to be what was decided.

    Raises:
        OpsError: it is not.
    """
    path = folder / f"{name}.yaml"
    path.write_text(render(name, drafted), encoding="utf-8")
    try:
        model = load_model(path)
    except ModelFileError as error:
        raise _defect(str(error)) from error
    for found, wanted in _pairs(model, drafted):
        if found != wanted:
            raise _defect(f"{found} instead of {wanted}")
    return model


def _pairs(model: Model, drafted: Draft) -> Iterator[tuple[object, object]]:
    """Yield what was read back, each with what was decided."""
    data, judged = model.data, model.evaluation
    columns = [one.column for one in drafted.decisions]
    yield from zip(data.columns, columns, strict=True)
    yield data.format, drafted.format
    yield data.target, drafted.target
    yield data.split, replace(USUAL, by=drafted.split_by)
    yield data.max_quarantine, drafted.quarantine.limit
    yield data.min_test_rows, drafted.gate.min_test_rows
    yield (judged.metric, judged.limit), (drafted.gate.metric, drafted.gate.limit)
    yield judged.baselines, drafted.gate.baselines
    yield model.training.objective, drafted.measured.objective


def _defect(found: str) -> OpsError:
    return OpsError(
        "what would be written is not what was decided",
        found=found,
        do="report this as a defect, with the first lines of the file;"
        " write the model file by hand: docs/your-own-model.md",
    )


def _introduction(name: str, drafted: Draft) -> Iterator[str]:
    seen = drafted.quarantine.read
    yield from _comment(f"Drafted from {drafted.source.name}; all of its {seen:,} rows were read.")
    yield from _comment(
        "Lines with CHECK ask what only somebody who knows the data can say."
        " All fields: models/abalone.yaml, docs/your-own-model.md."
    )
    for check in drafted.checks:
        yield from _comment(f"CHECK: {check}")
    features = [one.column.name for one in drafted.decisions if one.column.kept]
    yield ""
    yield f"name: {name}"
    yield f"description: {scalar(f'{drafted.target}, predicted from {len(features) - 1} columns.')}"
    yield ""


def _format(drafted: Draft) -> Iterator[str]:
    form = drafted.format
    yield "  format:"
    yield f"    type: {form.type}"
    if form.type != "csv":
        return
    yield f"    delimiter: {json.dumps(form.delimiter)}"
    if form.quote != '"':
        yield f"    quote: {scalar(form.quote)}"
    yield f"    header: {_flag(form.header)}"
    if form.encoding != "utf-8":
        yield f"    encoding: {form.encoding}"
    if form.quoted_newlines:
        yield "    quoted_newlines: true"


def _columns(drafted: Draft) -> Iterator[str]:
    yield from _comment(
        "In the file's order. Ranges are what was seen and half of it on either side,"
        " in round numbers; a row beyond them is quarantined.",
        indent=2,
    )
    yield "  columns:"
    for one in drafted.decisions:
        yield from _comment(f"{one.seen}; {one.why}", indent=4)
        for check in one.checks:
            yield from _comment(f"CHECK: {check}", indent=4)
        yield from _entry(one.column)


def _entry(column: Column) -> Iterator[str]:
    fields = [f"{name}: {_value(value)}" for name, value in _said(column)]
    line = f"    - {{{', '.join(fields)}}}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"    - {fields[0]}"
    for name, value in list(_said(column))[1:]:
        yield from _lines(f"{name}: ", value)


def _lines(start: str, value: object) -> Iterator[str]:
    """Yield a field in as many lines as its items need."""
    if not isinstance(value, tuple):
        yield f"      {start}{_value(value)}"
        return
    *others, last = map(_value, cast("tuple[object, ...]", value))
    line = f"      {start}["
    for text in [*(f"{other}, " for other in others), f"{last}]"]:
        if len(line) + len(text.rstrip()) > WIDTH:
            yield line.rstrip()
            line = " " * 8
        line += text
    yield line


def _said(column: Column) -> Iterator[tuple[str, Any]]:
    """Yield what differs from what a column is without a word."""
    yield "name", column.name
    yield "kind", column.kind
    fields = ("format", "features", "values", "max_values", "min", "max")
    for name in fields:
        value = getattr(column, name)
        if value is not None and value not in ((), ""):
            yield name, value
    if column.nullable and column.kind != "text":
        yield "nullable", True


def _rows(drafted: Draft) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in drafted.rows.items())
    yield from _comment(f"Of this file: {counts} rows.", indent=2)
    by = drafted.split_by
    if by:
        yield from _comment(
            f"All rows of one {by} stay together: else a model is judged by what it knows.",
            indent=2,
        )
    shares = f"train: {USUAL.train}, validation: {USUAL.validation}, test: {USUAL.test}"
    yield f"  split: {{{shares}{f', by: {by}' if by else ''}}}"
    later = drafted.split_in_time
    if later:
        text = (
            f"CHECK: if what is asked comes after what was learnt: split: {{by: {later.by},"
            f' validation_from: "{later.validation_from}", test_from: "{later.test_from}"}}'
        )
        yield from _comment(text, indent=2)
    yield ""
    lost = drafted.quarantine
    if lost.rows:
        yield from _comment(
            f"Of this file {in_rows(lost.rows)} ({lost.share:.2%}): {'; '.join(lost.reasons)}",
            indent=2,
        )
    yield f"  max_quarantine: {lost.limit}"
    yield f"  min_test_rows: {drafted.gate.min_test_rows}"


def _balance(drafted: Draft) -> Iterator[str]:
    found = drafted.balance
    if found is None:
        return
    yield from _comment(
        f"CHECK: {found.rare}. If finding these counts for more than probabilities that are"
        " shares of the rows, let them weigh more, and judge by how rows are ranked"
        f" (linear reaches {found.linear:.2g}):"
    )
    yield "# training: {class_weights: balanced}"
    yield f"# evaluation: {{metric: {METRIC}, limit: {found.limit}}}"
    yield ""


def _evaluation(drafted: Draft) -> Iterator[str]:
    found, rows = drafted.gate, drafted.measured.measured_on
    yield from _comment(
        f"Measured on this file ({rows['train']:,} train and {rows['test']:,} test rows):"
        f" {found.why}. A model has to beat these in any case;"
        " the limit is 15 % above the better one."
    )
    for check in found.checks:
        yield from _comment(f"CHECK: {check}")
    yield "evaluation:"
    yield f"  metric: {found.metric}"
    yield f"  limit: {found.limit}"
    yield f"  baselines: [{', '.join(found.baselines)}]"


def _comment(text: str, indent: int = 0) -> list[str]:
    """Return a comment in as many lines as it needs, whatever is in the text."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    start = " " * indent + "# "
    return wrap(
        printable, WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False
    )


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, cast('tuple[object, ...]', value)))}]"
    if isinstance(value, bool):
        return _flag(value)
    return scalar(value) if isinstance(value, str) else repr(value)


def _flag(value: bool) -> str:  # noqa: FBT001 - what it says is all there is
    return "true" if value else "false"


def scalar(text: str) -> str:
    """Return a text as YAML has it: as it is where that is clear, else in quotes."""
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS_OF_YAML
    return text if plain else json.dumps(text, ensure_ascii=False)
